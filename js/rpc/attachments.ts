// What travels beside a message's bytes, as the host has it: three integers each.
import { ArrayPrototypePush, TypedArrayPrototypeGetBuffer, TypedArrayPrototypeGetByteLength } from "../core/primordials.ts";

/** The numbers are those of src/Skep.Runtime/Rpc/RpcMessages.cs; services are in an `env` too, src/Skep.Runtime/Loading/LoadedCode.cs. */
export const AttachmentKind = { export: 0, import: 1, readable: 2, produced: 3, writable: 4, service: 5 } as const;

const OriginalInt32Array = Int32Array;
const OriginalUint8Array = Uint8Array;

export class Attachments {
  readonly #numbers: number[] = [];

  /** Its place in the message. */
  add(kind: number, id: number): number {
    return (ArrayPrototypePush(this.#numbers, kind, id, -1) / 3) - 1;
  }

  get count(): number {
    return this.#numbers.length / 3;
  }

  /** For the host; undefined when there are none. */
  toBytes(): Uint8Array | undefined {
    const numbers = this.#numbers;
    if (numbers.length === 0) return undefined;
    const table = new OriginalInt32Array(numbers.length);
    for (let i = 0; i < numbers.length; i++) table[i] = numbers[i]!;
    return new OriginalUint8Array(TypedArrayPrototypeGetBuffer(table));
  }
}

/** The attachments of a message that has arrived. */
export class ReceivedAttachments {
  readonly #table: Int32Array;

  constructor(bytes: Uint8Array | undefined) {
    this.#table = bytes === undefined ? new OriginalInt32Array(0) : new OriginalInt32Array(TypedArrayPrototypeGetBuffer(bytes), 0, TypedArrayPrototypeGetByteLength(bytes) / 4);
  }

  idOf(place: number): number {
    const id = this.#table[place * 3 + 1];
    if (id === undefined) throw new TypeError("The message lacks an attachment.");
    return id;
  }

  lengthOf(place: number): number {
    return this.#table[place * 3 + 2]!;
  }

  /** The numbers of all capabilities. */
  stubs(): number[] {
    const found: number[] = [];
    for (let i = 0; i < this.#table.length; i += 3) if (this.#table[i] === AttachmentKind.import) found[found.length] = this.#table[i + 1]!;
    return found;
  }
}

import { defineInterface } from "../core/define.ts";
import { ops } from "../core/ops.ts";
import { isUint8Array, requireArguments, toDOMString } from "../core/webidl.ts";
import "./ops.ts";

const OriginalUint32Array = Uint32Array;
let counts: Uint32Array | undefined;

export class TextEncoder {
  #brand = true;

  get encoding(): string {
    this.#brand;
    return "utf-8";
  }

  encode(input: unknown = ""): Uint8Array<ArrayBuffer> {
    this.#brand;
    return ops.utf8_encode(toDOMString(input));
  }

  encodeInto(source: unknown, destination: Uint8Array): { read: number; written: number } {
    this.#brand;
    requireArguments(arguments.length, 2, "Failed to execute 'encodeInto' on 'TextEncoder'");
    const text = toDOMString(source);
    if (!isUint8Array(destination)) {
      throw new TypeError("Failed to execute 'encodeInto' on 'TextEncoder': parameter 2 is not of type 'Uint8Array'.");
    }
    counts ??= new OriginalUint32Array(2);
    ops.utf8_encode_into(text, destination, counts);
    return { read: counts[0]!, written: counts[1]! };
  }
}
defineInterface("TextEncoder", TextEncoder);

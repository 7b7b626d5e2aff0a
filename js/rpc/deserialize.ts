// A message of another worker as a value.
import { ops } from "../core/ops.ts";
import { TypedArrayPrototypeSubarray } from "../core/primordials.ts";
import { ReceivedAttachments } from "./attachments.ts";
import { revivers } from "./platform-objects.ts";
import { StubState } from "./stub-state.ts";

// V8's serialisation begins with it; a length of descriptions never does.
const versionTag = 0xff;

let makeService: (target: number) => object;
/** Set by service-stub.ts, which builds on this module. */
export function setServiceMaker(maker: (target: number) => object): void {
  makeService = maker;
}

export interface ReceivedMessage {
  readonly value: unknown;
  /** The capabilities in it: whoever has the value owns them. */
  readonly stubs: readonly StubState[];
}

/** `makeStub` gives a capability the form that the worker sees. */
export function readMessage(bytes: Uint8Array, attached: Uint8Array | undefined, makeStub: (state: StubState) => object): ReceivedMessage {
  if (bytes[0] === versionTag) return { value: ops.deserialize(bytes, [], undefined), stubs: [] };
  const length = (bytes[0]! * 0x1000000) + (bytes[1]! << 16) + (bytes[2]! << 8) + bytes[3]!;
  const descriptions = ops.deserialize(TypedArrayPrototypeSubarray(bytes, 4, 4 + length), [], undefined) as unknown[][];
  const attachments = new ReceivedAttachments(attached);
  const stubs: StubState[] = [];
  const objects: object[] = [];
  for (let i = 0; i < descriptions.length; i++) {
    const description = descriptions[i]!;
    if (description[0] === "stub") {
      const state = new StubState(attachments.idOf(description[1] as number));
      stubs[stubs.length] = state;
      objects[i] = makeStub(state);
    } else if (description[0] === "service") {
      objects[i] = makeService(attachments.idOf(description[1] as number));
    } else {
      objects[i] = revivers[description[0] as string]!(description, attachments);
    }
  }
  return { value: ops.deserialize(TypedArrayPrototypeSubarray(bytes, 4 + length), [], objects), stubs };
}

/** `ctx.props` that a worker chose for one of its own entrypoints: no capability is in them. */
export function readProps(bytes: Uint8Array): unknown {
  return readMessage(bytes, undefined, (state) => state).value;
}

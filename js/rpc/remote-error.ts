// Errors of other workers. They arrive as "Name: message"; of the stack nothing crosses.
import { ObjectDefineProperty, StringPrototypeIndexOf, StringPrototypeSlice } from "../core/primordials.ts";
import { createDOMException } from "../events/index.ts";

type ErrorClass = new (message: string) => Error;

const OriginalError = Error;
const natives: Record<string, ErrorClass> = {
  __proto__: null as never,
  Error: OriginalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
};
const domNames: Record<string, true> = { __proto__: null as never, AbortError: true, DataCloneError: true, InvalidStateError: true, NotSupportedError: true, OperationError: true, TimeoutError: true };

/** The error of this name; a name that is no standard one is kept in the message. */
export function namedError(name: string, message: string): Error {
  const native = natives[name];
  if (native !== undefined) return new native(message);
  return domNames[name] === true ? createDOMException(name, message) as unknown as Error : new OriginalError(message);
}

/** The other worker's error, as its caller sees it. */
export function remoteError(text: string, traits = 0): Error {
  const colon = StringPrototypeIndexOf(text, ": ");
  const name = colon === -1 ? "" : StringPrototypeSlice(text, 0, colon);
  const known = natives[name] !== undefined || domNames[name] === true;
  const error = markRemote(known ? namedError(name, StringPrototypeSlice(text, colon + 2)) : new OriginalError(text));
  for (let i = 0; i < traitNames.length; i++) if ((traits & (1 << i)) !== 0) mark(error, traitNames[i]!);
  return error;
}

/** By the bits of src/Skep.Runtime/Workers/ErrorTraits.cs. */
const traitNames = ["retryable", "overloaded", "durableObjectReset"];

/** Tells an error of another worker from one of this worker's own. */
export function markRemote(error: Error): Error {
  mark(error, "remote");
  return error;
}

function mark(error: Error, name: string): void {
  ObjectDefineProperty(error, name, { __proto__: null, value: true, writable: true, enumerable: true, configurable: true } as PropertyDescriptor);
}

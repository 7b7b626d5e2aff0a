import { StringPrototypeIndexOf, StringPrototypeSlice, StringPrototypeStartsWith } from "../core/primordials.ts";

/** An error as D1 makes them: the message with its kind, and without it as the cause. */
export function errorWithCause(kind: string, message: string): Error {
  return new Error(`${kind}: ${message}`, { __proto__: null, cause: new Error(message) } as ErrorOptions);
}

/** The host's error, with its cause if it is D1's. */
export function withCause(error: unknown): unknown {
  if (!(error instanceof Error) || !StringPrototypeStartsWith(error.message, "D1_")) return error;
  const end = StringPrototypeIndexOf(error.message, ": ");
  return errorWithCause(StringPrototypeSlice(error.message, 0, end), StringPrototypeSlice(error.message, end + 2));
}

/** The sequence needs bytes that are not there; at the end of input it is malformed. */
export const INCOMPLETE = -2;
export const MALFORMED = -1;
/** Bytes that mean nothing by themselves (an escape sequence). */
export const NOTHING = -3;

/** Reads one character after another out of bytes. */
export interface Scanner {
  /** Where to go on. */
  next: number;
  /** The code point at `at`, or one of the above; sets `next`. `last`: no bytes follow `length`. */
  scan(bytes: Uint8Array, at: number, length: number, last: boolean): number;
  /** Back to the initial state. */
  reset(): void;
}

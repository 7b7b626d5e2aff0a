/** One encoding's decoding of a stream of bytes. A `fatal` one throws `Malformed` at the first error. */
export interface Decoder {
  /** Decodes `bytes`; with `more` false they are the last ones, and the decoder is fresh again afterwards. */
  decode(bytes: Uint8Array, more: boolean): string;
}

export class Malformed {}
export const malformed = new Malformed();

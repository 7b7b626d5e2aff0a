declare module "../core/ops.ts" {
  interface Ops {
    utf8_encode(text: string): Uint8Array<ArrayBuffer>;
    /** `counts` receives the code units read and the bytes written. */
    utf8_encode_into(text: string, bytes: Uint8Array, counts: Uint32Array): void;
    /** Undefined when the input is malformed and `flags` has `fatal`. */
    utf8_decode(bytes: ArrayBuffer | ArrayBufferView, flags: number): string | undefined;
    /** An even number of bytes. Undefined as above. */
    utf16_decode(bytes: Uint8Array, flags: number): string | undefined;
    /** A string of bytes; undefined when `text` is not base64. */
    base64_decode(text: string): string | undefined;
    base64_decode_bytes(text: string): Uint8Array<ArrayBuffer> | undefined;
    /** Undefined when `text` is not a string of bytes. */
    base64_encode(text: string): string | undefined;
  }
}

export const DecodeFlags = { __proto__: null, fatal: 1, dropByteOrderMark: 2, bigEndian: 4 } as unknown as {
  readonly fatal: 1;
  readonly dropByteOrderMark: 2;
  readonly bigEndian: 4;
};

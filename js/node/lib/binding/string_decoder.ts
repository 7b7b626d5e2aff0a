// The state of a StringDecoder is a Buffer: the bytes of an unfinished character, how many are missing, how many are
// there, the encoding.
const { ops } = internalBinding("layer");

export const encodings = ["ascii", "utf8", "base64", "utf16le", "latin1", "hex", "buffer", "base64url"];
const [ascii, utf8, base64, utf16, latin1, hex, , base64url] = encodings.keys();

export const kIncompleteCharactersStart = 0;
export const kIncompleteCharactersEnd = 4;
export const kMissingBytes = 4;
export const kBufferedBytes = 5;
export const kEncodingField = 6;
export const kNumFields = 7;
export const kSize = 7;

export function decode(state: Uint8Array, chunk: ArrayBufferView | string): string {
  if (typeof chunk === "string") return chunk;
  if (!ArrayBuffer.isView(chunk)) {
    const { codes } = require("internal/errors");
    throw new codes.ERR_INVALID_ARG_TYPE("buf", ["Buffer", "TypedArray", "DataView"], chunk);
  }
  const encoding = state[kEncodingField]!;
  let bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  if (encoding === ascii || encoding === latin1 || encoding === hex) return ops.buffer_text(bytes, encoding);

  let start = "";
  // Twice for the first half of a surrogate pair, which itself came in two pieces.
  while (state[kMissingBytes]! > 0 && bytes.length > 0) {
    bytes = takeMissing(state, bytes, encoding);
    if (state[kMissingBytes] === 0) {
      start = ops.buffer_text(state, encoding, 0, state[kBufferedBytes]);
      if (encoding === utf16 && start.length === 1 && isLead(start.charCodeAt(0))) {
        state[kMissingBytes] = 2;
        start = "";
      } else {
        state[kBufferedBytes] = 0;
      }
    }
  }
  if (bytes.length === 0) return start;
  keepUnfinished(state, bytes, encoding);
  const buffered = state[kBufferedBytes]!;
  const whole = bytes.length - buffered;
  for (let i = 0; i < buffered; i++) state[i] = bytes[whole + i]!;
  return start + ops.buffer_text(bytes, encoding, 0, whole);
}

export function flush(state: Uint8Array): string {
  const encoding = state[kEncodingField]!;
  // Half a code unit says nothing.
  if (encoding === utf16 && state[kBufferedBytes]! % 2 === 1) state[kBufferedBytes]!--;
  const text = ops.buffer_text(state, encoding, 0, state[kBufferedBytes]);
  state[kMissingBytes] = state[kBufferedBytes] = 0;
  return text;
}

const isLead = (unit: number): boolean => (unit & 0xfc00) === 0xd800;

// Moves bytes that finish the character begun earlier; the rest.
function takeMissing(state: Uint8Array, bytes: Uint8Array, encoding: number): Uint8Array {
  let wanted = Math.min(state[kMissingBytes]!, bytes.length);
  let broken = false;
  if (encoding === utf8) {
    for (let i = 0; i < wanted; i++) {
      if ((bytes[i]! & 0xc0) === 0x80) continue;
      // It goes on with another character: what there is of this one is decoded as it is.
      wanted = i;
      broken = true;
    }
  }
  for (let i = 0; i < wanted; i++) state[state[kBufferedBytes]! + i] = bytes[i]!;
  state[kBufferedBytes]! += wanted;
  state[kMissingBytes] = broken ? 0 : state[kMissingBytes]! - wanted;
  return bytes.subarray(wanted);
}

// How many bytes at the end begin a character that is not whole.
function keepUnfinished(state: Uint8Array, bytes: Uint8Array, encoding: number): void {
  const last = bytes[bytes.length - 1]!;
  let buffered = 0;
  let missing = 0;
  if (encoding === utf8 && (last & 0x80) !== 0) {
    for (let i = bytes.length - 1; i >= 0 && bytes.length - i <= 4; i--) {
      const byte = bytes[i]!;
      if ((byte & 0xc0) === 0x80) continue;
      const length = (byte & 0xe0) === 0xc0 ? 2 : (byte & 0xf0) === 0xe0 ? 3 : (byte & 0xf8) === 0xf0 ? 4 : 0;
      const there = bytes.length - i;
      if (there < length) {
        buffered = there;
        missing = length - there;
      }
      break;
    }
  } else if (encoding === utf16) {
    if (bytes.length % 2 === 1) buffered = missing = 1;
    else if ((last & 0xfc) === 0xd8) buffered = missing = 2;
  } else if (encoding === base64 || encoding === base64url) {
    buffered = bytes.length % 3;
    missing = buffered === 0 ? 0 : 3 - buffered;
  }
  state[kBufferedBytes] = buffered;
  state[kMissingBytes] = missing;
}

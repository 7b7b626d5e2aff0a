export const icuErrName = (code: number): string => `error ${code}`;

/** Text in one encoding as bytes of another; a number is an error. */
export function transcode(source: Uint8Array, from: string, to: string): unknown {
  const { Buffer } = require("buffer");
  const text: string = Buffer.from(source.buffer, source.byteOffset, source.byteLength).toString(from);
  if (to === "ascii" || to === "latin1" || to === "binary") {
    // What the target does not have becomes a question mark, as ICU makes it.
    const most = to === "ascii" ? 0x7f : 0xff;
    let bytes = "";
    for (const character of text) bytes += character.codePointAt(0)! > most ? "?" : character;
    return Buffer.from(bytes, "latin1");
  }
  return Buffer.from(text, to);
}

export function getStringWidth(text: string, ambiguousIsWide = false, _expandEmoji = false): number {
  void ambiguousIsWide;
  let width = 0;
  for (const character of text.normalize("NFC")) width += widthOf(character.codePointAt(0)!);
  return width;
}

function widthOf(code: number): number {
  if (code < 32 || (code >= 0x7f && code < 0xa0)) return 0;
  if (code >= 0x300 && /\p{Mark}|\p{Cf}/u.test(String.fromCodePoint(code))) return 0;
  const wide = (code >= 0x1100 && code <= 0x115f) || (code >= 0x2e80 && code <= 0xa4cf && code !== 0x303f) || (code >= 0xac00 && code <= 0xd7a3)
    || (code >= 0xf900 && code <= 0xfaff) || (code >= 0xfe30 && code <= 0xfe6f) || (code >= 0xff00 && code <= 0xff60) || (code >= 0xffe0 && code <= 0xffe6)
    || (code >= 0x1f300 && code <= 0x1faff) || (code >= 0x20000 && code <= 0x3fffd);
  return wide ? 2 : 1;
}

export const hasConverter = (): boolean => false;

import { equal, run, throws } from "test";

const tests = {
  "round trip of UTF-8": () => equal(new TextDecoder().decode(new TextEncoder().encode("héllo 𝒳\ud800")), "héllo 𝒳\ufffd"),
  "encodeInto stops at whole characters": () => equal(new TextEncoder().encodeInto("a€b", new Uint8Array(3)), { read: 1, written: 1 }),
  "streams across a cut character": () => {
    const decoder = new TextDecoder();
    equal([decoder.decode(new Uint8Array([0xe2, 0x82]), { stream: true }), decoder.decode(new Uint8Array([0xac]))], ["", "€"]);
  },
  "drops the byte order mark unless told not to": () => {
    const bytes = new Uint8Array([0xef, 0xbb, 0xbf, 0x61]);
    equal([new TextDecoder().decode(bytes), new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes)], ["a", "\ufeffa"]);
  },
  "fatal": () => throws("TypeError", () => new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array([0xff]))),
  "unknown label": () => throws("RangeError", () => new TextDecoder("utf-7")),
  "legacy encodings": () => {
    const decode = (label, ...bytes) => new TextDecoder(label).decode(new Uint8Array(bytes));
    equal([decode("gbk", 0xc4, 0xe3), decode("big5", 0xa7, 0x41), decode("euc-jp", 0xa4, 0xa2), decode("shift_jis", 0x82, 0xa0), decode("euc-kr", 0xb0, 0xa1), decode("latin1", 0x80), decode("iso-2022-jp", 0x1b, 0x24, 0x42, 0x24, 0x22)],
      ["你", "你", "あ", "あ", "가", "€", "あ"]);
  },
  "atob and btoa": () => equal([btoa("\xff\x00"), atob(" /w A= ")], ["/wA=", "\xff\x00"]),
  "btoa refuses wide characters": () => throws("InvalidCharacterError", () => btoa("€")),
  "atob refuses what is not base64": () => throws("InvalidCharacterError", () => atob("a")),
};

export default { fetch: () => run(tests) };

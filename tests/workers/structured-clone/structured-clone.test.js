import { equal, run, throws } from "test";

const tests = {
  "built-ins and cycles": () => {
    const value = { map: new Map([[1, new Date(5)]]), set: new Set(["a"]), re: /x/g, big: 1n };
    value.self = value;
    const clone = structuredClone(value);
    equal([clone.self === clone, clone.map.get(1).getTime(), clone.set.has("a"), `${clone.re}`, clone.big === 1n], [true, 5, true, "/x/g", true]);
  },
  "transfer": () => {
    const buffer = new ArrayBuffer(8);
    const clone = structuredClone({ buffer }, { transfer: [buffer] });
    equal([buffer.byteLength, clone.buffer.byteLength], [0, 8]);
  },
  "blobs and exceptions": async () => {
    const { blob } = structuredClone({ blob: new Blob(["x"]) });
    const error = structuredClone(new DOMException("m", "DataError"));
    equal([await blob.text(), error.name, error instanceof DOMException], ["x", "DataError", true]);
  },
  "functions": () => throws("DataCloneError", () => structuredClone(() => {})),
  "platform objects": () => throws("DataCloneError", () => structuredClone(new Headers())),
};

export default { fetch: () => run(tests) };

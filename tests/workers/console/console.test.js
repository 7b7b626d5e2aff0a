import { run, throws } from "test";

const tests = {
  "hostile values": () => {
    const hostile = new Proxy({}, { get() { throw 1; }, ownKeys() { throw 2; }, getPrototypeOf() { throw 3; } });
    const error = new Error("x");
    Object.defineProperty(error, "stack", { get() { throw 4; } });
    Object.setPrototypeOf(error, hostile);
    console.log("%s %d %o %j", hostile, hostile, hostile, { toJSON() { throw 5; } }, error, { get a() { throw 6; } });
  },
  "deep, wide, long and sparse values": () => {
    let deep = {};
    for (let i = 0; i < 1e5; i++) deep = { deep };
    const sparse = [];
    sparse[4e9] = 1;
    console.dir(deep, { depth: Infinity });
    console.log(sparse, "x".repeat(1e6), new Array(1e6).fill({ a: 1 }), Object.fromEntries(Array.from({ length: 1e5 }, (_, i) => [i, i])));
  },
  "a label that can't be a string": () => throws("TypeError", () => console.count({ toString() { throw new TypeError("no"); } })),
};

export default { fetch: () => run(tests) };

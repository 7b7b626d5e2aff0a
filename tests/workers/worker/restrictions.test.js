import { equal, run, throws } from "test";

// The smallest module: its magic number and version.
const wasm = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);

const tests = {
  "text is not evaluated": async () => {
    const indirectEval = eval;
    await throws("EvalError", () => indirectEval("1"));
    await throws("EvalError", () => new Function("return 1"));
    await throws("EvalError", () => (async () => {}).constructor("return 1"));
    await throws("TypeError", () => setTimeout("1", 1));
    await throws("TypeError", () => setInterval("1", 1));
  },
  "WebAssembly is not compiled while a worker runs": async () => {
    await throws("CompileError", () => new WebAssembly.Module(wasm));
    await throws("CompileError", () => WebAssembly.compile(wasm));
    await throws("CompileError", () => WebAssembly.instantiate(wasm));
    equal([typeof WebAssembly.compileStreaming, typeof WebAssembly.instantiateStreaming], ["undefined", "undefined"]);
    equal(WebAssembly.validate(wasm), true);
    equal(new WebAssembly.Memory({ initial: 1 }).buffer.byteLength, 65536);
  },
  "the clock stands still while code runs": async () => {
    const [date, time] = [Date.now(), performance.now()];
    for (let i = 0; i < 1e6; i++);
    equal([Date.now() - date, performance.now() - time], [0, 0]);
    equal(new Date().getTime(), date);
  },
};

export default { fetch: () => run(tests) };

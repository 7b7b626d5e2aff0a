// compatibility_flags: nodejs_compat
// Without node:process, which others load and this module must not need.
import { equal, run, throws } from "test";
import assert from "node:assert";

const failure = (action) => {
  try {
    action();
  } catch (error) {
    return [error.code, error.message];
  }
};

const tests = {
  "texts that differ": () => {
    const [code, message] = failure(() => assert.strictEqual("a".repeat(20), "b".repeat(20)));
    equal(code, "ERR_ASSERTION");
    equal(message.startsWith("Expected values to be strictly equal:\n+ actual - expected\n"), true);
  },
  "objects that differ": () => {
    const [code, message] = failure(() => assert.deepStrictEqual({ a: 1 }, { a: 2 }));
    equal([code, message.includes("+   a: 1") && message.includes("-   a: 2")], ["ERR_ASSERTION", true]);
  },
  "nothing is true": () => throws("AssertionError", () => assert(false)),
};

export default { fetch: () => run(tests) };

// What the checks of tests/workers share: `import { equal, run, throws } from "test"`.

/** Runs the checks; a response of check → "pass" or what went wrong. */
export async function run(checks) {
  const results = {};
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check();
      results[name] = "pass";
    } catch (error) {
      results[name] = String(error?.stack ?? error);
    }
  }
  return Response.json(results);
}

/** Both are the same, or have the same JSON. */
export function equal(actual, expected) {
  if (Object.is(actual, expected)) return;
  const [a, b] = [show(actual), show(expected)];
  if (a !== b) throw new Error(`got ${a}, expected ${b}`);
}

const show = (value) => (typeof value === "bigint" ? `${value}n` : JSON.stringify(value));

/** `action` throws an error of this name; or the promise that it is or returns rejects with one, and then so answers the result. */
export function throws(name, action) {
  let result = action;
  try {
    if (typeof action === "function") result = action();
  } catch (error) {
    return equal(error.name, name);
  }
  const missing = () => { throw new Error(`did not throw ${name}`); };
  return typeof result?.then === "function" ? result.then(missing, (error) => equal(error.name, name)) : missing();
}

/** Lets everything run that waits for nothing but microtasks. */
export async function turns() {
  for (let i = 0; i < 50; i++) await null;
}

import { equal, run } from "test";

// Before anything else looks at these globals.
const firstLook = Object.getOwnPropertyDescriptor(globalThis, "CryptoKey");
globalThis.SubtleCrypto = "replaced";
class Mine extends Crypto {}

const tests = {
  "a lazy global is a data property at the first look": () => {
    const { value, writable, enumerable, configurable } = firstLook;
    equal([typeof value, value.name, writable, enumerable, configurable], ["function", "CryptoKey", true, false, true]);
    equal(value === CryptoKey, true);
  },
  "it keeps its attributes once it was touched": () => {
    const first = Object.getOwnPropertyDescriptor(globalThis, "crypto");
    const second = Object.getOwnPropertyDescriptor(globalThis, "crypto");
    equal([first.enumerable, first.writable, first.configurable, first.value === second.value, first.value === crypto], [true, true, true, true, true]);
  },
  "assigning to it before its first use replaces it": () => {
    equal(Object.getOwnPropertyDescriptor(globalThis, "SubtleCrypto"), { value: "replaced", writable: true, enumerable: false, configurable: true });
    equal(Object.getPrototypeOf(crypto.subtle).constructor.name, "SubtleCrypto");
  },
  "it can be subclassed and deleted": () => {
    equal([Object.getPrototypeOf(Mine) === Crypto, crypto instanceof Crypto], [true, true]);
    delete globalThis.Crypto;
    equal("Crypto" in globalThis, false);
  },
};

export default { fetch: () => run(tests) };

// process.env: strings only. With nodejs_compat_populate_process_env it begins with the text bindings and secrets.
import { codes } from "lib:internal/codes";
import { validateObject } from "lib:internal/validators";

const { env, flagEnabled, workerConfiguration } = internalBinding("layer");

function initial(): Record<string, string> {
  const values: Record<string, string> = {};
  if (!flagEnabled("nodejs_compat_populate_process_env")) return values;
  for (const { name, type } of workerConfiguration().bindings) {
    if (type === "plain_text" || type === "secret_text") values[name] = env[name];
    else if (type === "json") values[name] = typeof env[name] === "string" ? env[name] : JSON.stringify(env[name]);
  }
  return values;
}

function text(key: PropertyKey, value: unknown): string {
  if (typeof key === "symbol" || typeof value === "symbol") throw new TypeError("Cannot convert a symbol value to a string");
  return `${value}`;
}

export const environment: Record<string, string> = new Proxy(initial(), {
  set: (values, key, value) => Reflect.set(values, key, text(key, value)),
  defineProperty(values, key, descriptor) {
    validateObject(descriptor, "descriptor");
    const refuse = (why: string): never => { throw new codes.ERR_INVALID_OBJECT_DEFINE_PROPERTY(why); };
    if ("get" in descriptor || "set" in descriptor) refuse("'process.env' does not accept an accessor(getter/setter) descriptor");
    if (!descriptor.configurable || !descriptor.writable || !descriptor.enumerable) {
      // Reflect.set on the proxy itself arrives here with the value alone.
      if (Object.keys(descriptor).length > 1 || !("value" in descriptor)) refuse("'process.env' only accepts a configurable, writable, and enumerable data descriptor");
      return Reflect.set(values, key, text(key, descriptor.value));
    }
    return Reflect.defineProperty(values, key, { ...descriptor, value: text(key, descriptor.value) });
  },
});

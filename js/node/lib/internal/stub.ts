// What Workers have by name only: `ERR_METHOD_NOT_IMPLEMENTED` when it is used.
// https://developers.cloudflare.com/workers/runtime-apis/nodejs/#supported-nodejs-apis
import { codes } from "lib:internal/codes";

export const notImplemented = (what: string): Error => new codes.ERR_METHOD_NOT_IMPLEMENTED(what);

/** Functions that throw. */
export function methods(module: string, ...names: string[]): Record<string, any> {
  return Object.fromEntries(names.map((name) => [name, { [name]: (..._: unknown[]): never => { throw notImplemented(`${module}.${name}`); } }[name]]));
}

/** Classes that cannot be constructed. */
export function classes(module: string, ...names: string[]): Record<string, any> {
  return Object.fromEntries(names.map((name) => [name, { [name]: class { constructor() { throw notImplemented(`${module}.${name}`); } } }[name]]));
}

// Parts of the layer that most workers never use: evaluated at their first use, in the isolate that uses them.
import { ops } from "./ops.ts";

declare module "./ops.ts" {
  interface Ops {
    /** `make(number, name)` gives the values of lazy properties from now on. */
    lazy_maker(make: (number: number, name: string) => unknown): void;
    /** Defines a writable, configurable data property whose value is made when it is first asked for. */
    define_lazy(target: object, name: string, number: number, enumerable: boolean): void;
  }
}

/** A module of the layer that is evaluated when it is first needed. */
export interface Lazy<M> {
  /** The module's exports; evaluates it. */
  (): M;
  /** The exports if the module was evaluated: before that no object of its classes exists. */
  loaded(): M | undefined;
}

/**
 * `lazy(() => import("./module.ts"))`, and nothing else as its argument: the build puts a synchronous function in its place
 * (js/build/chunks.mjs), which evaluates the module, or with `true` only tells its exports if it was evaluated.
 */
export function lazy<M>(load: () => Promise<M>): Lazy<M> {
  const evaluate = load as unknown as (peek: boolean) => M | undefined;
  let module: M | undefined;
  const get = (): M => module ??= evaluate(false)!;
  get.loaded = () => module ??= evaluate(true);
  return get;
}

const owners: Lazy<Record<string, unknown>>[] = [];
ops.lazy_maker((number, name) => owners[number]!()[name]);

/** Defines exports of a lazy module as properties of `target`, writable and configurable. */
export function defineLazy<M>(target: object, module: Lazy<M>, names: readonly (keyof M & string)[], enumerable = false): void {
  const number = owners.length;
  owners[number] = module as Lazy<Record<string, unknown>>;
  for (let i = 0; i < names.length; i++) ops.define_lazy(target, names[i]!, number, enumerable);
}

/** Puts exports of a lazy module on `globalThis`, as `defineGlobals` does with values. */
export function defineLazyGlobals<M>(module: Lazy<M>, names: readonly (keyof M & string)[], enumerable = false): void {
  defineLazy(globalThis, module, names, enumerable);
}

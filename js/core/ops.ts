// The one door from JavaScript to the host. Each capability declares its ops beside its code by extending `Ops`:
//
//   declare module "../core/ops.ts" {
//     interface Ops { timer_start(id: number, milliseconds: number): void }
//   }
//
// and C# implements them under the same name in the folder of Skep.Runtime that has the same name. A synchronous op
// returns its value or throws; an asynchronous one returns a native promise. An op is callable only while a worker
// runs: never at the top level of a module of this layer, which is evaluated while the snapshot is made.

// Empty on purpose: capabilities merge their declarations into it.
export interface Ops {}

export const ops: Ops = (globalThis as unknown as { __skepOps: Ops }).__skepOps;
delete (globalThis as { __skepOps?: Ops }).__skepOps;

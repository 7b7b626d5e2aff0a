import type { OutboundKind } from "./worker-code.ts";

// What worker loaders ask of the host. A loader is the place of its binding among those of the version, a loaded worker a number.
declare module "../core/ops.ts" {
  interface Ops {
    /** The worker of this name, or one without; and whether its code is to be given, in the words of the next three. */
    loader_get(loader: number, name: string | null): [worker: number, wanted: boolean];
    /** `kind` is the number of src/Skep.Abstractions/Workers/ModuleKind.cs. */
    loader_module(worker: number, name: string, kind: number, content: string | ArrayBuffer | ArrayBufferView): void;
    /** All modules were given. `tails` are numbers of targets, as `outbound` is for `OutboundKind.target`. */
    loader_start(
      worker: number, mainModule: string, compatibilityDate: string, compatibilityFlags: string[], allowExperimental: boolean,
      env: Uint8Array | undefined, attachments: Uint8Array | undefined, outboundKind: (typeof OutboundKind)[keyof typeof OutboundKind], outbound: number,
      tails: Uint8Array, cpuMs: number | undefined, subRequests: number | undefined,
    ): void;
    /** There will be no code. */
    loader_fail(worker: number, error: string): void;
    /** The number of a target (as `service_fetch` takes it): an entrypoint, the default one for an empty name. */
    loader_entrypoint(worker: number, entrypoint: string, props: Uint8Array | undefined, cpuMs: number | undefined, subRequests: number | undefined): number;
    /** This worker's own `env`, when another one has loaded it: a message, by the place of its binding; null for an empty one. */
    loader_environment(place: number): [bytes: Uint8Array, attachments: Uint8Array] | null;
  }
}

export {};

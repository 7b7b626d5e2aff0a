// What dispatch namespaces ask of the host. A namespace is the place of its binding among those of the version.
declare module "../core/ops.ts" {
  interface Ops {
    /** The number of a target (as `service_fetch` takes it): the user Worker of this name. `parameters` are bytes of structured cloning. */
    dispatch_get(namespace: number, name: string, cpuMs: number | undefined, subRequests: number | undefined, parameters: Uint8Array | undefined): number;
  }
}

export {};

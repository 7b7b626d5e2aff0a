// What datasets ask of the host. A dataset is the place of its binding among those of the version.
declare module "../core/ops.ts" {
  interface Ops {
    /** Takes a data point; its numbers are 64-bit floats as the machine has them. Throws when it is too large. */
    analytics_write(dataset: number, index: string, blobs: string[], doubles: Uint8Array): void;
  }
}

export {};

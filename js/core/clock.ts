// The isolate's clock. The host freezes it between I/O, so that a worker cannot time its own instructions.
import { ops } from "./ops.ts";

declare module "./ops.ts" {
  interface Ops {
    /** Milliseconds since the Unix epoch, with a fraction; does not advance while JavaScript runs. */
    clock_now(): number;
  }
}

export function clockNow(): number {
  return ops.clock_now();
}

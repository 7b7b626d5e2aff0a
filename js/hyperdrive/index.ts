import { lazy } from "../core/lazy.ts";
import { registerBinding } from "../worker/index.ts";
import type { HyperdriveDescription } from "./hyperdrive.ts";

const hyperdrive = lazy(() => import("./hyperdrive.ts"));

export function install(): void {
  registerBinding("hyperdrive", (description) => hyperdrive().createHyperdrive(description as unknown as HyperdriveDescription));
}

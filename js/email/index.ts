import { lazy } from "../core/lazy.ts";
import { registerBuiltinModule } from "../worker/index.ts";

const message = lazy(() => import("./message.ts"));

export function install(): void {
  registerBuiltinModule("cloudflare:email", () => ({ __proto__: null, EmailMessage: message().EmailMessage }) as unknown as Record<string, unknown>);
}

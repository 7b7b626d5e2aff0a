import { lazy } from "../core/lazy.ts";
import { registerBuiltinModule } from "../worker/index.ts";

const socket = lazy(() => import("./socket.ts"));

export function install(): void {
  registerBuiltinModule("cloudflare:sockets", () => ({ __proto__: null, connect: socket().connect }) as unknown as Record<string, unknown>);
}

import { lazy } from "../core/lazy.ts";

export const rpc = lazy(() => import("./index.ts"));

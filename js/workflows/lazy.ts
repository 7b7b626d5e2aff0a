import { lazy } from "../core/lazy.ts";

export const workflows = lazy(() => import("./index.ts"));

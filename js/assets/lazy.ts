import { lazy } from "../core/lazy.ts";

export const assets = lazy(() => import("./index.ts"));

// Eager modules get at it through lazy.ts.
export { Fetcher } from "./fetcher.ts";
export { createServiceStub } from "./service-stub.ts";

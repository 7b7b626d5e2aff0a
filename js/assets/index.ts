// Eager modules get at it through lazy.ts.
export { createAssetFetcher } from "./asset-fetcher.ts";

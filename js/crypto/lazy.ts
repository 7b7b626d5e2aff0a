import { defineLazyGlobals, lazy } from "../core/lazy.ts";

const cryptoModule = lazy(() => import("./crypto.ts"));

export function install(): void {
  defineLazyGlobals(cryptoModule, ["Crypto"]);
  defineLazyGlobals(cryptoModule, ["crypto"], true);
  defineLazyGlobals(lazy(() => import("./key.ts")), ["CryptoKey"]);
  defineLazyGlobals(lazy(() => import("./subtle.ts")), ["SubtleCrypto"]);
}

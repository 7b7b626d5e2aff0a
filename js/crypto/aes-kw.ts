import { ops } from "../core/ops.ts";
import { aesKeys } from "./aes-key.ts";
import { operationError } from "./errors.ts";
import type { KeyMaterial } from "./key.ts";
import { mechanism } from "./mechanism.ts";
import type { Bytes } from "./ops.ts";
import { Usage } from "./usages.ts";

const step = (wrap: boolean) => ({
  run(_: unknown, key: KeyMaterial, data: Bytes): Bytes {
    const result = ops.crypto_aes_kw(wrap, key.bytes, data);
    if (result === null) throw operationError(wrap ? "AES-KW wraps keys of a multiple of 8 bytes only." : "AES-KW unwrapping failed.");
    return result;
  },
});

/** https://w3c.github.io/webcrypto/#aes-kw */
export const aesKw = mechanism({
  ...aesKeys("KW", Usage.wrapKey | Usage.unwrapKey),
  wrapKey: step(true),
  unwrapKey: step(false),
});

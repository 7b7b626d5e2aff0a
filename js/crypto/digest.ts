import { lengthOf } from "./buffer-source.ts";
import { ops } from "../core/ops.ts";
import { type Mechanism, mechanism } from "./mechanism.ts";
import { asyncThreshold, type Bytes } from "./ops.ts";

export const digests: readonly Mechanism[] = [
  digest("SHA-1"),
  digest("SHA-256"),
  digest("SHA-384"),
  digest("SHA-512"),
  // Not in the specification; Workers has it for old protocols.
  digest("MD5"),
];

function digest(name: string): Mechanism {
  return mechanism({
    name,
    digest: {
      run: (_, data: Bytes) => lengthOf(data) > asyncThreshold
        ? ops.crypto_digest_async(name, data)
        : ops.crypto_digest(name, data),
    },
  });
}

// The key operations that Ed25519 and X25519 share (RFC 8037's "octet key pairs"): public (‖ private), 32 bytes each.
import { ops } from "../core/ops.ts";
import { copyBytes } from "../core/bytes.ts";
import { TypedArrayPrototypeSlice, TypedArrayPrototypeSubarray } from "../core/primordials.ts";
import { toBase64Url } from "./base64url.ts";
import { lengthOf } from "./buffer-source.ts";
import { dataError } from "./errors.ts";
import { unexportable } from "./export.ts";
import { checkJwk, exportedJwk, type Jwk, jwkBytesOfSize } from "./jwk.ts";
import type { KeyContents, KeyMaterial } from "./key.ts";
import type { GeneratedPair, KeyData, KeyFormat, Mechanism, Step } from "./mechanism.ts";
import type { Bytes, Refusable } from "./ops.ts";
import { requireUsages, type UsageSet } from "./usages.ts";

export interface OkpShape {
  readonly name: string;
  readonly kind: "Ed25519" | "X25519";
  readonly privateUsages: UsageSet;
  readonly publicUsages: UsageSet;
  readonly use: "sig" | "enc";
  /** The values of a JWK's `alg`; undefined when it is ignored. */
  readonly jwkNames: readonly string[] | undefined;
}

const size = 32;

export function okpKeys(shape: OkpShape): Pick<Mechanism, "name" | "exportKey" | "describe"> & Required<Pick<Mechanism, "generateKey" | "importKey">> {
  const { name, kind, privateUsages, publicUsages } = shape;
  return {
    name,
    generateKey: {
      run(_, usages): GeneratedPair {
        requireUsages(usages, privateUsages | publicUsages, name);
        const bytes = ops.crypto_okp_generate(kind);
        return {
          publicKey: { type: "public", bytes: TypedArrayPrototypeSlice(bytes, 0, size) },
          publicUsages: usages & publicUsages,
          privateKey: { type: "private", bytes },
          privateUsages: usages & privateUsages,
        };
      },
    } satisfies Step<NonNullable<Mechanism["generateKey"]>["run"]>,
    importKey: {
      run(_, format, data, extractable, usages): KeyContents {
        if (format === "jwk") return importJwk(data as Jwk, shape, extractable, usages);
        if (format === "pkcs8") {
          requireUsages(usages, privateUsages, name);
          return contents("private", ops.crypto_okp_import_pkcs8(kind, data as Bytes), name);
        }
        requireUsages(usages, publicUsages, name);
        if (format === "spki") return contents("public", ops.crypto_okp_import_spki(kind, data as Bytes), name);
        if (lengthOf(data as Bytes) !== size) throw dataError(`${name} key data must be ${size} bytes long.`);
        return { type: "public", bytes: copyBytes(data as Bytes) };
      },
    },
    exportKey: (format, key) => exportOkp(format, key, kind),
    describe: () => ({ name }),
  };
}

function contents(type: "public" | "private", bytes: Refusable, name: string): KeyContents {
  if (bytes === null) throw dataError(`Invalid ${name} ${type} key.`);
  return { type, bytes };
}

function importJwk(jwk: Jwk, shape: OkpShape, extractable: boolean, usages: UsageSet): KeyContents {
  const { kind, name } = shape;
  const isPrivate = jwk.d !== undefined;
  requireUsages(usages, isPrivate ? shape.privateUsages : shape.publicUsages, name);
  checkJwk(jwk, { kty: "OKP", use: shape.use, algorithms: shape.jwkNames, extractable, usages });
  if (jwk.crv !== kind) throw dataError(`Invalid key: JWK "crv" is not "${kind}".`);
  const x = jwkBytesOfSize(jwk, "x", size);
  if (!isPrivate) return { type: "public", bytes: x };
  const bytes = ops.crypto_okp_from_private(kind, jwkBytesOfSize(jwk, "d", size));
  if (!ops.crypto_timing_safe_equal(TypedArrayPrototypeSubarray(bytes, 0, size), x)) {
    throw dataError('Invalid key: JWK "x" does not belong to "d".');
  }
  return { type: "private", bytes };
}

function exportOkp(format: KeyFormat, key: KeyMaterial, kind: "Ed25519" | "X25519"): KeyData {
  const isPublic = key.type === "public";
  if (format === "spki" && isPublic) return ops.crypto_okp_export_spki(kind, key.bytes);
  if (format === "pkcs8" && !isPublic) return ops.crypto_okp_export_pkcs8(kind, key.bytes);
  if (format === "raw" && isPublic) return copyBytes(key.bytes);
  if (format === "jwk") {
    const x = toBase64Url(TypedArrayPrototypeSubarray(key.bytes, 0, size));
    // RFC 9864 gave Ed25519 an algorithm name of its own; X25519 has none.
    const common: Jwk = kind === "Ed25519" ? { kty: "OKP", crv: kind, x, alg: kind } : { kty: "OKP", crv: kind, x };
    return exportedJwk(isPublic ? common : { ...common, d: toBase64Url(TypedArrayPrototypeSubarray(key.bytes, size)) }, key);
  }
  throw unexportable(format, key);
}

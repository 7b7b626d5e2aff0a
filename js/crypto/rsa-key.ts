// The key operations that the three RSA algorithms share.
import { ops } from "../core/ops.ts";
import { dataError, notSupportedError, operationError } from "./errors.ts";
import { unexportable } from "./export.ts";
import { requiredHash } from "./hash.ts";
import { checkJwk, exportedJwk, type Jwk, jwkBytes } from "./jwk.ts";
import type { KeyContents, KeyMaterial } from "./key.ts";
import type { GeneratedPair, KeyData, KeyFormat, Mechanism } from "./mechanism.ts";
import type { Bytes, Refusable } from "./ops.ts";
import { type ParameterSource, requiredBigInteger, requiredUnsignedLong } from "./parameters.ts";
import { requireUsages, type UsageSet } from "./usages.ts";

interface RsaGenerateParameters { modulusLength: number; publicExponent: Bytes; hash: string }
interface RsaImportParameters { hash: string }

export interface RsaShape {
  readonly name: string;
  readonly privateUsages: UsageSet;
  readonly publicUsages: UsageSet;
  readonly use: "sig" | "enc";
  /** The JWK algorithm name of a hash. */
  readonly jwkName: (hash: string) => string;
}

// What Workers accepts: below, the key protects nothing; above, one operation takes seconds.
const minimumModulus = 256;
const maximumModulus = 16384;

export function rsaKeys(shape: RsaShape): Pick<Mechanism, "name" | "generateKey" | "importKey" | "exportKey" | "describe"> {
  const { name, privateUsages, publicUsages } = shape;
  return {
    name,
    generateKey: {
      read: (source: ParameterSource): RsaGenerateParameters => {
        const modulusLength = requiredUnsignedLong(source, "modulusLength");
        const publicExponent = requiredBigInteger(source, "publicExponent");
        return { modulusLength, publicExponent, hash: requiredHash(source) };
      },
      async run({ modulusLength, publicExponent, hash }: RsaGenerateParameters, usages): Promise<GeneratedPair> {
        requireUsages(usages, privateUsages | publicUsages, name);
        if (modulusLength < minimumModulus || modulusLength > maximumModulus || modulusLength % 8 !== 0) {
          throw operationError(`${name} modulusLength must be a multiple of 8 between ${minimumModulus} and ${maximumModulus}, not ${modulusLength}.`);
        }
        const bytes = await ops.crypto_rsa_generate_async(modulusLength, publicExponent);
        if (bytes === null) throw operationError(`${name} key generation failed: the public exponent is not usable.`);
        return {
          publicKey: { type: "public", bytes: ops.crypto_rsa_public_key(bytes), hash },
          publicUsages: usages & publicUsages,
          privateKey: { type: "private", bytes, hash },
          privateUsages: usages & privateUsages,
        };
      },
    },
    importKey: {
      read: (source: ParameterSource): RsaImportParameters => ({ hash: requiredHash(source) }),
      run({ hash }: RsaImportParameters, format, data, extractable, usages): KeyContents {
        if (format === "spki") {
          requireUsages(usages, publicUsages, name);
          return contents("public", ops.crypto_rsa_import_spki(data as Bytes), hash, name);
        }
        if (format === "pkcs8") {
          requireUsages(usages, privateUsages, name);
          return contents("private", ops.crypto_rsa_import_pkcs8(data as Bytes), hash, name);
        }
        if (format === "jwk") return importJwk(data as Jwk, shape, hash, extractable, usages);
        throw notSupportedError(`Unable to import a ${name} key from format '${format}'.`);
      },
    },
    exportKey: (format, key) => exportRsa(format, key, shape),
    describe: describeRsa,
  };
}

function contents(type: "public" | "private", bytes: Refusable, hash: string, name: string): KeyContents {
  if (bytes === null) throw dataError(`Invalid ${name} ${type} key.`);
  return { type, bytes, hash };
}

function importJwk(jwk: Jwk, shape: RsaShape, hash: string, extractable: boolean, usages: UsageSet): KeyContents {
  const isPrivate = jwk.d !== undefined;
  requireUsages(usages, isPrivate ? shape.privateUsages : shape.publicUsages, shape.name);
  checkJwk(jwk, { kty: "RSA", use: shape.use, algorithms: [shape.jwkName(hash)], extractable, usages });
  const n = jwkBytes(jwk, "n");
  const e = jwkBytes(jwk, "e");
  if (!isPrivate) return contents("public", ops.crypto_rsa_import_public(n, e), hash, shape.name);
  if (jwk.oth !== undefined) throw notSupportedError("Multi-prime RSA keys are not supported.");
  const bytes = ops.crypto_rsa_import_private(n, e, jwkBytes(jwk, "d"), jwkBytes(jwk, "p"), jwkBytes(jwk, "q"),
    jwkBytes(jwk, "dp"), jwkBytes(jwk, "dq"), jwkBytes(jwk, "qi"));
  return contents("private", bytes, hash, shape.name);
}

function exportRsa(format: KeyFormat, key: KeyMaterial, shape: RsaShape): KeyData {
  if (format === "spki" && key.type === "public") return ops.crypto_rsa_export_spki(key.bytes);
  if (format === "pkcs8" && key.type === "private") return ops.crypto_rsa_export_pkcs8(key.bytes);
  if (format === "jwk") {
    const all = ops.crypto_rsa_components(key.type === "private", key.bytes);
    const common: Jwk = { kty: "RSA", alg: shape.jwkName(key.hash!), n: all[0]!, e: all[1]! };
    if (key.type === "public") return exportedJwk(common, key);
    return exportedJwk({ ...common, d: all[2]!, p: all[3]!, q: all[4]!, dp: all[5]!, dq: all[6]!, qi: all[7]! }, key);
  }
  throw unexportable(format, key);
}

function describeRsa(key: KeyMaterial): object {
  const isPrivate = key.type === "private";
  return {
    name: key.mechanism.name,
    modulusLength: ops.crypto_rsa_modulus_bits(isPrivate, key.bytes),
    publicExponent: ops.crypto_rsa_public_exponent(isPrivate, key.bytes),
    hash: { name: key.hash },
  };
}

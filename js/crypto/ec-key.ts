// The key operations that ECDSA and ECDH share. Keys are X ‖ Y (‖ D), each of the curve's field size.
import { ops } from "../core/ops.ts";
import { TypedArrayPrototypeSet, TypedArrayPrototypeSubarray } from "../core/primordials.ts";
import { toBase64Url } from "./base64url.ts";
import { lengthOf } from "./buffer-source.ts";
import { dataError, notSupportedError } from "./errors.ts";
import { unexportable } from "./export.ts";
import { checkJwk, exportedJwk, type Jwk, jwkBytesOfSize } from "./jwk.ts";
import type { KeyContents, KeyMaterial } from "./key.ts";
import type { GeneratedPair, KeyData, KeyFormat, Mechanism } from "./mechanism.ts";
import type { Bytes, Refusable } from "./ops.ts";
import { type ParameterSource, requiredString } from "./parameters.ts";
import { requireUsages, type UsageSet } from "./usages.ts";

interface EcKeyParameters { namedCurve: string }

export interface EcShape {
  readonly name: string;
  readonly privateUsages: UsageSet;
  readonly publicUsages: UsageSet;
  readonly use: "sig" | "enc";
}

const fieldSizes = { __proto__: null, "P-256": 32, "P-384": 48, "P-521": 66 } as unknown as Record<string, number | undefined>;
const OriginalUint8Array = Uint8Array;

const read = (source: ParameterSource): EcKeyParameters => ({ namedCurve: requiredString(source, "namedCurve") });

function fieldSize(curve: string): number {
  const size = fieldSizes[curve];
  if (size === undefined) throw notSupportedError(`Unrecognized or unimplemented EC curve '${curve}'.`);
  return size;
}

export function ecKeys(shape: EcShape): Pick<Mechanism, "name" | "generateKey" | "importKey" | "exportKey" | "describe"> {
  const { name, privateUsages, publicUsages } = shape;
  return {
    name,
    generateKey: {
      read,
      run({ namedCurve: curve }: EcKeyParameters, usages): GeneratedPair {
        requireUsages(usages, privateUsages | publicUsages, name);
        const size = fieldSize(curve);
        const bytes = ops.crypto_ec_generate(curve);
        return {
          publicKey: { type: "public", bytes: publicPart(bytes, size), curve },
          publicUsages: usages & publicUsages,
          privateKey: { type: "private", bytes, curve },
          privateUsages: usages & privateUsages,
        };
      },
    },
    importKey: {
      read,
      run({ namedCurve: curve }: EcKeyParameters, format, data, extractable, usages): KeyContents {
        const size = fieldSize(curve);
        if (format === "jwk") return importJwk(data as Jwk, shape, curve, size, extractable, usages);
        if (format === "pkcs8") {
          requireUsages(usages, privateUsages, name);
          return contents("private", ops.crypto_ec_import_pkcs8(curve, data as Bytes), curve, name);
        }
        requireUsages(usages, publicUsages, name);
        const bytes = format === "spki" ? ops.crypto_ec_import_spki(curve, data as Bytes) : ops.crypto_ec_import_point(curve, data as Bytes);
        return contents("public", bytes, curve, name);
      },
    },
    exportKey: exportEc,
    describe: (key) => ({ name, namedCurve: key.curve }),
  };
}

function publicPart(bytes: Bytes, size: number): Bytes {
  const result = new OriginalUint8Array(2 * size);
  TypedArrayPrototypeSet(result, TypedArrayPrototypeSubarray(bytes, 0, 2 * size));
  return result;
}

function contents(type: "public" | "private", bytes: Refusable, curve: string, name: string): KeyContents {
  if (bytes === null) throw dataError(`Invalid ${name} ${type} key for curve ${curve}.`);
  return { type, bytes, curve };
}

function importJwk(jwk: Jwk, shape: EcShape, curve: string, size: number, extractable: boolean, usages: UsageSet): KeyContents {
  const isPrivate = jwk.d !== undefined;
  requireUsages(usages, isPrivate ? shape.privateUsages : shape.publicUsages, shape.name);
  checkJwk(jwk, { kty: "EC", use: shape.use, algorithms: undefined, extractable, usages });
  if (jwk.crv !== curve) throw dataError(`Invalid key: JWK "crv" is not "${curve}".`);
  const bytes = new OriginalUint8Array((isPrivate ? 3 : 2) * size);
  TypedArrayPrototypeSet(bytes, jwkBytesOfSize(jwk, "x", size), 0);
  TypedArrayPrototypeSet(bytes, jwkBytesOfSize(jwk, "y", size), size);
  if (isPrivate) TypedArrayPrototypeSet(bytes, jwkBytesOfSize(jwk, "d", size), 2 * size);
  return contents(isPrivate ? "private" : "public", ops.crypto_ec_is_valid(curve, bytes) ? bytes : null, curve, shape.name);
}

function exportEc(format: KeyFormat, key: KeyMaterial): KeyData {
  const isPublic = key.type === "public";
  const size = fieldSize(key.curve!);
  if (format === "spki" && isPublic) return ops.crypto_ec_export_spki(key.curve!, key.bytes);
  if (format === "pkcs8" && !isPublic) return ops.crypto_ec_export_pkcs8(key.curve!, key.bytes);
  if (format === "raw" && isPublic) {
    const point = new OriginalUint8Array(1 + lengthOf(key.bytes));
    point[0] = 4;
    TypedArrayPrototypeSet(point, key.bytes, 1);
    return point;
  }
  if (format === "jwk") {
    const part = (index: number) => toBase64Url(TypedArrayPrototypeSubarray(key.bytes, index * size, (index + 1) * size));
    const common: Jwk = { kty: "EC", crv: key.curve!, x: part(0), y: part(1) };
    return exportedJwk(isPublic ? common : { ...common, d: part(2) }, key);
  }
  throw unexportable(format, key);
}

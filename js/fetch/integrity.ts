// https://w3c.github.io/webappsec-subresource-integrity/: `integrity` of a request names digests that the answer's body must have.
import { ops } from "../core/ops.ts";
import { ArrayPrototypePush, PromisePrototypeThen, StringPrototypeIndexOf, StringPrototypeSlice, StringPrototypeSplit, StringPrototypeStartsWith, TypedArrayPrototypeGetLength } from "../core/primordials.ts";
import { base64Bytes } from "./base64.ts";
import { bodyBytes } from "./body.ts";
import { BodyState, Source } from "./body-state.ts";
import { type Response, responseBody, setResponseBody } from "./response.ts";

interface Digest { algorithm: string; value: Uint8Array | null }

const algorithms = ["SHA-256", "SHA-384", "SHA-512"] as const;
const prefixes = ["sha256-", "sha384-", "sha512-"] as const;

/** The response with its body read and found to be what the metadata says; rejects when it is not. */
export function verified(response: Response, integrity: string): Promise<Response> | Response {
  const wanted = strongestDigests(integrity);
  if (wanted.length === 0) return response;
  return PromisePrototypeThen(bodyBytes(responseBody(response)), (bytes) => {
    const actual = ops.crypto_digest(wanted[0]!.algorithm, bytes);
    for (let i = 0; i < wanted.length; i++) {
      if (sameBytes(actual, wanted[i]!.value)) {
        if (responseBody(response) !== null) setResponseBody(response, new BodyState(Source.bytes, bytes));
        return response;
      }
    }
    throw new TypeError("The response's body does not have the digest that the request's `integrity` asks for.");
  }) as Promise<Response>;
}

// Tokens that are no digests are ignored; of the others only those of the strongest algorithm count.
function strongestDigests(integrity: string): Digest[] {
  let digests: Digest[] = [];
  let strength = -1;
  const tokens = StringPrototypeSplit(integrity, " ");
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    for (let a = 0; a < prefixes.length; a++) {
      if (!StringPrototypeStartsWith(token, prefixes[a]!) || a < strength) continue;
      if (a > strength) digests = [];
      strength = a;
      const options = StringPrototypeIndexOf(token, "?");
      const text = StringPrototypeSlice(token, prefixes[a]!.length, options === -1 ? token.length : options);
      ArrayPrototypePush(digests, { algorithm: algorithms[a]!, value: base64Bytes(text) });
    }
  }
  return digests;
}

function sameBytes(a: Uint8Array, b: Uint8Array | null): boolean {
  const length = TypedArrayPrototypeGetLength(a);
  if (b === null || length !== TypedArrayPrototypeGetLength(b)) return false;
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Why a token is not accepted. */
export class JwtError extends Error {}

const verification = {
  HS256: { name: "HMAC" },
  ES256: { name: "ECDSA", hash: "SHA-256" },
};

/**
 * The claims of a signed token (RFC 7519, compact JWS), or a JwtError.
 * `findKey` gets the header and answers with a CryptoKey; a header naming any other algorithm is refused before that.
 */
export async function verifyJwt(token, findKey, { audience, now = Date.now() / 1000 }) {
  const parts = token.split(".");
  if (parts.length !== 3) throw new JwtError("malformed token");
  const [header, claims] = parts.slice(0, 2).map(parsePart);

  if (!Object.hasOwn(verification, header.alg)) throw new JwtError("unsupported algorithm");
  const key = await findKey(header);
  if (!key) throw new JwtError("unknown key");

  const signed = new TextEncoder().encode(token.slice(0, token.lastIndexOf(".")));
  const valid = await crypto.subtle.verify(verification[header.alg], key, decodeBase64Url(parts[2]), signed);
  if (!valid) throw new JwtError("wrong signature");

  if (claims.exp !== undefined && claims.exp <= now) throw new JwtError("expired");
  if (claims.nbf !== undefined && claims.nbf > now) throw new JwtError("not valid yet");
  if (![claims.aud].flat().includes(audience)) throw new JwtError("wrong audience");
  return claims;
}

function parsePart(part) {
  let value;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(decodeBase64Url(part)));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) throw new JwtError("malformed token");
    throw error;
  }
  if (typeof value !== "object" || value === null) throw new JwtError("malformed token");
  return value;
}

function decodeBase64Url(text) {
  if (!/^[\w-]*$/.test(text) || text.length % 4 === 1) throw new JwtError("malformed token");
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
}

const imported = new Map();

/**
 * The key for a token's header. Each algorithm has its own: an HS256 token is never checked against the bytes of the
 * public key.
 */
export async function keyFor({ alg, kid }, env) {
  const known = imported.get(alg);
  if (known) return kid === undefined || kid === known.kid ? known.key : undefined;

  // Kept only once it is there: a promise made by one request must not be awaited by another.
  imported.set(alg, alg === "HS256" ? await importSecret(env.HS256_SECRET) : await importPublicKey(env.ES256_PUBLIC_KEY));
  return keyFor({ alg, kid }, env);
}

async function importSecret(secret) {
  const bytes = new TextEncoder().encode(secret);
  return { key: await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]) };
}

async function importPublicKey(jwk) {
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  return { key: await crypto.subtle.importKey("jwk", jwk, algorithm, false, ["verify"]), kid: jwk.kid };
}

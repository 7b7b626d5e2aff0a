import { errors, importJWK, jwtVerify } from "jose";

const jwk = { kty: "oct", k: "c2tlcC1iZW5jaG1hcmstc2VjcmV0LTMyLWJ5dGVzISE", alg: "HS256" };
let key;

export default {
  async fetch(request) {
    // The key, not the promise of it, is shared: a promise belongs to the request that made it.
    key ??= await importJWK(jwk);
    const token = request.headers.get("authorization")?.slice("Bearer ".length) ?? "";
    try {
      const { payload } = await jwtVerify(token, key, { audience: "bench", issuer: "skep" });
      return Response.json({ subject: payload.sub });
    } catch (error) {
      if (error instanceof errors.JOSEError) return new Response(error.code, { status: 401 });
      throw error;
    }
  },
};

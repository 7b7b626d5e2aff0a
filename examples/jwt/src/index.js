import { JwtError, verifyJwt } from "./jwt.js";
import { keyFor } from "./keys.js";

export default {
  async fetch(request, env) {
    const token = request.headers.get("authorization")?.match(/^Bearer +([^ ]+)$/i)?.[1];
    if (!token) return refuse("no bearer token");
    try {
      const claims = await verifyJwt(token, (header) => keyFor(header, env), { audience: env.AUDIENCE });
      return Response.json({ subject: claims.sub, scope: claims.scope?.split(" ") ?? [] });
    } catch (error) {
      if (!(error instanceof JwtError)) throw error;
      return refuse(error.message);
    }
  },
};

function refuse(reason) {
  return Response.json(
    { error: reason },
    { status: 401, headers: { "www-authenticate": `Bearer error="invalid_token", error_description="${reason}"` } },
  );
}

import { describe } from "./statistics.js";

const routes = [
  { method: "GET", path: /^\/$/, handle: index },
  { method: "GET", path: /^\/numbers\/(?<list>[^/]+)$/, handle: fromPath },
  { method: "POST", path: /^\/numbers$/, handle: fromBody },
];

/** A mistake of the caller's; it becomes the JSON answer. */
class HttpError extends Error {
  constructor(status, message, headers) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

export default {
  async fetch(request, env) {
    try {
      return await route(request, env);
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      return Response.json({ error: error.message }, { status: error.status, headers: error.headers });
    }
  },
};

function route(request, env) {
  const { pathname } = new URL(request.url);
  const matching = routes.filter((route) => route.path.test(pathname));
  if (matching.length === 0) throw new HttpError(404, "no such resource");
  const chosen = matching.find((route) => route.method === request.method);
  if (!chosen) {
    const allow = matching.map((route) => route.method).join(", ");
    throw new HttpError(405, `use ${allow}`, { allow });
  }
  return chosen.handle(request, env, chosen.path.exec(pathname).groups);
}

function index() {
  return Response.json({ resources: ["GET /numbers/1,2,3", "POST /numbers"] });
}

function fromPath(_request, env, { list }) {
  return answer(decodeURIComponent(list).split(",").map(Number), env);
}

async function fromBody(request, env) {
  const body = await request.json().catch(() => {
    throw new HttpError(400, "the body is not JSON");
  });
  if (!Array.isArray(body?.numbers)) throw new HttpError(422, "expected {\"numbers\": [...]}");
  return answer(body.numbers, env);
}

function answer(numbers, env) {
  if (numbers.length === 0 || !numbers.every(Number.isFinite)) throw new HttpError(422, "expected finite numbers");
  if (numbers.length > env.MAX_NUMBERS) throw new HttpError(413, `at most ${env.MAX_NUMBERS} numbers`);
  return Response.json(describe(numbers), { headers: { "cache-control": "no-store" } });
}

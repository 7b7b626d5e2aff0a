import { numberLines } from "./number-lines.js";

const numbered = "/numbered";

export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    const wantsNumbers = url.pathname.startsWith(numbered + "/");
    const path = wantsNumbers ? url.pathname.slice(numbered.length) : url.pathname;

    // The request's body goes on to the origin as it arrives; nothing here waits for all of it.
    const response = await fetch(new Request(new URL(path + url.search, env.ORIGIN), request), { redirect: "manual" });

    const isText = response.headers.get("content-type")?.startsWith("text/");
    if (!wantsNumbers || !isText || response.body === null) return withVia(response, response.body);

    const lines = response.body
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(numberLines())
      .pipeThrough(new TextEncoderStream());
    return withVia(response, lines, ["content-length", "etag", "accept-ranges"]);
  },
};

/** The origin's answer with another body, our Via header, and without the headers that no longer hold. */
function withVia(response, body, stale = []) {
  const result = new Response(body, response);
  result.headers.append("via", "1.1 streaming-proxy");
  for (const name of stale) result.headers.delete(name);
  return result;
}

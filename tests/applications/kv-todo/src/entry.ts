import type { EntryContext } from "@remix-run/cloudflare";
import { RemixServer } from "@remix-run/react";
import { createElement } from "react";
import { renderToReadableStream } from "react-dom/server.browser";

export default async function render(request: Request, status: number, headers: Headers, context: EntryContext) {
  const body = await renderToReadableStream(createElement(RemixServer, { context, url: request.url }), { signal: request.signal });
  await body.allReady;
  headers.set("Content-Type", "text/html");
  return new Response(body, { status, headers });
}

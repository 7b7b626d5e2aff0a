// A request and its answer while the snapshot is made, against a host that does nothing: V8 compiles a function when it is first
// called, and what is compiled here need not be compiled in every isolate before its first response.
import { ops } from "../core/ops.ts";
import { Request, Response } from "../fetch/index.ts";
import { URL } from "../url/index.ts";
import { dispatchFetch } from "./dispatch.ts";
import { forgetEntrypoints, instantiate } from "./entrypoints.ts";
import { forgetConfiguration, setup } from "./environment.ts";

const host: Record<string, (...args: any[]) => unknown> = {
  request_url: () => "http://localhost/",
  request_method: () => "GET",
  request_header: () => null,
  request_headers: () => ["host", "localhost"],
  request_body: () => 0,
  respond: () => undefined,
  request_failed: (_: number, error: unknown) => { throw error; },
};

export function warmUp(): void {
  const real: Record<string, unknown> = { ...ops };
  Object.assign(ops, host);
  setup(JSON.stringify({ name: "", compatibilityDate: "", flags: [], bindings: [] }));
  instantiate({
    default: {
      fetch(request: Request): Response {
        void new URL(request.url).pathname;
        void request.method;
        void request.headers.get("host");
        return request.url === "" ? Response.json({}) : new Response("", { status: 200, headers: { "content-type": "text/plain" } });
      },
    },
  });
  dispatchFetch(1, undefined);
  Object.assign(ops, real);
  forgetEntrypoints();
  forgetConfiguration();
}

import { type AppLoadContext, type ServerBuild, createRequestHandler } from "@remix-run/cloudflare";
import * as entry from "./entry";
import * as list from "./list";
import * as root from "./root";
import * as start from "./start";

export interface Env {
  TO_DO_LIST: KVNamespace;
}

declare module "@remix-run/cloudflare" {
  interface AppLoadContext {
    env: Env;
  }
}

const flags = { hasAction: false, hasLoader: true, hasClientAction: false, hasClientLoader: false, hasErrorBoundary: false };

// What Remix' compiler makes of a folder of routes.
const build: ServerBuild = {
  mode: "production",
  isSpaMode: false,
  basename: "/",
  publicPath: "/",
  assetsBuildDirectory: "public",
  future: {} as ServerBuild["future"],
  entry: { module: entry },
  routes: {
    root: { id: "root", path: "", module: root },
    start: { id: "start", parentId: "root", index: true, module: start as never },
    list: { id: "list", parentId: "root", path: ":id", module: list as never },
  },
  assets: {
    version: "1",
    url: "/manifest.js",
    entry: { module: "/entry.js", imports: [] },
    routes: {
      root: { ...flags, id: "root", path: "", module: "/root.js", hasLoader: false },
      start: { ...flags, id: "start", parentId: "root", index: true, module: "/start.js" },
      list: { ...flags, id: "list", parentId: "root", path: ":id", module: "/list.js", hasAction: true },
    },
  } as unknown as ServerBuild["assets"],
};

const handle = createRequestHandler(build, "production");

export default {
  fetch: (request: Request, env: Env) => handle(request, { env } as AppLoadContext),
};

// The binding to a version's own static assets (https://developers.cloudflare.com/workers/static-assets/binding/).
import { defineInterface } from "../core/define.ts";
import { ops } from "../core/ops.ts";
import { PromiseReject } from "../core/primordials.ts";
import { isObject, requireArguments } from "../core/webidl.ts";
import { type RequestInit, type Response, bindingCarrier, Request, isRequest, send } from "../fetch/index.ts";
import "./ops.ts";

const carrier = bindingCarrier(() => ops.asset_fetch);

const key = {};

class AssetFetcher {
  #brand = true;

  constructor(given: unknown) {
    if (given !== key) throw new TypeError("Illegal constructor");
  }

  fetch(input: unknown, init: RequestInit | undefined = undefined): Promise<Response> {
    try {
      if (!isObject(this) || !(#brand in this)) throw new TypeError("Illegal invocation");
      requireArguments(arguments.length, 1, "Failed to execute 'fetch' on 'Fetcher'");
      return send(isRequest(input) && init === undefined ? input : new Request(input, init), carrier);
    } catch (error) {
      return PromiseReject(error) as Promise<Response>;
    }
  }

  connect(): never {
    throw new TypeError("Incoming CONNECT on a worker not supported");
  }
}
defineInterface("Fetcher", AssetFetcher);

/** What the binding puts into `env`. */
export function createAssetFetcher(): object {
  return new AssetFetcher(key);
}

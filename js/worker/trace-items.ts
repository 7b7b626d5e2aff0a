// What a tail Worker sees of other Workers' invocations (https://developers.cloudflare.com/workers/runtime-apis/handlers/tail/#tailitems).
import { defineInterface } from "../core/define.ts";
import { JSONParse, ObjectDefineProperty, ObjectSetPrototypeOf, WeakMapPrototypeGet, WeakMapPrototypeSet } from "../core/primordials.ts";
import { isObject } from "../core/webidl.ts";

interface Unredacted { url: string; headers: Record<string, string> }
interface TracedRequest extends Unredacted { method: string; cf?: unknown; unredacted?: Unredacted }
interface TracedEvent { request?: TracedRequest }

// Beside the objects, so that who writes one down does not write down what is hidden.
const hidden: WeakMap<object, Unredacted> = new WeakMap();

/** The request of a trace. */
export class TraceRequest {
  constructor() {
    throw new TypeError("Illegal constructor");
  }

  /** The same with the URL and the headers as they were. */
  getUnredacted(): object {
    const unredacted = isObject(this) ? WeakMapPrototypeGet(hidden, this) : undefined;
    if (unredacted === undefined) throw new TypeError("Illegal invocation");
    return revive({ ...(this as unknown as TracedRequest), url: unredacted.url, headers: unredacted.headers, unredacted });
  }
}
defineInterface("Request", TraceRequest);

function revive(request: TracedRequest): object {
  const { unredacted } = request;
  delete request.unredacted;
  WeakMapPrototypeSet(hidden, request, unredacted!);
  return ObjectSetPrototypeOf(request, TraceRequest.prototype) as object;
}

/** The traces as objects. */
export function traceItems(json: string): object[] {
  const items = JSONParse(json) as { event: TracedEvent }[];
  for (let i = 0; i < items.length; i++) {
    const { event } = items[i]!;
    if (event.request !== undefined) ObjectDefineProperty(event, "request", { __proto__: null, value: revive(event.request), writable: true, enumerable: true, configurable: true } as PropertyDescriptor);
  }
  return items;
}

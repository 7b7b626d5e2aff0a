// The members of a request that a server-side fetch carries along without acting on most of them. Nearly all requests
// share the defaults.
import { toDOMString, toUSVString } from "../core/webidl.ts";
import { parseHttpUrl } from "./http-url.ts";
import type { RequestInit } from "./request.ts";

export interface RequestDetails {
  readonly cache: string;
  readonly credentials: string;
  readonly destination: string;
  readonly fetcher: unknown;
  readonly integrity: string;
  readonly isHistoryNavigation: boolean;
  readonly isReloadNavigation: boolean;
  readonly keepalive: boolean;
  readonly mode: string;
  readonly referrer: string;
  readonly referrerPolicy: string;
}

export const defaultDetails: RequestDetails = {
  __proto__: null,
  cache: "default",
  credentials: "same-origin",
  destination: "",
  fetcher: null,
  integrity: "",
  isHistoryNavigation: false,
  isReloadNavigation: false,
  keepalive: false,
  mode: "cors",
  referrer: "about:client",
  referrerPolicy: "",
} as RequestDetails;

const caches = ["default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached"];
const credentialModes = ["omit", "same-origin", "include"];
const modes = ["cors", "no-cors", "same-origin", "navigate"];
const priorities = ["high", "low", "auto"];
const referrerPolicies = [
  "", "no-referrer", "no-referrer-when-downgrade", "same-origin", "origin", "strict-origin",
  "origin-when-cross-origin", "strict-origin-when-cross-origin", "unsafe-url",
];

/** The request's details as `init` changes them, each member read once. */
export function readDetails(init: RequestInit, base: RequestDetails): RequestDetails {
  const { cache, credentials, duplex, fetcher, integrity, keepalive, mode, priority, referrer, referrerPolicy, window } = init;
  if (
    cache === undefined && credentials === undefined && duplex === undefined && fetcher === undefined && integrity === undefined &&
    keepalive === undefined && mode === undefined && priority === undefined && referrer === undefined && referrerPolicy === undefined && window === undefined
  ) return base;
  if (duplex !== undefined) oneOf("duplex", duplex, ["half"]);
  if (priority !== undefined) oneOf("priority", priority, priorities);
  if (window !== undefined && window !== null) throw new TypeError("Failed to construct 'Request': member window can only be null.");
  const newMode = mode === undefined ? base.mode : oneOf("mode", mode, modes);
  if (newMode === "navigate") throw new TypeError('Failed to construct \'Request\': mode "navigate" is not for scripts.');
  const newCache = cache === undefined ? base.cache : oneOf("cache", cache, caches);
  if (newCache === "only-if-cached" && newMode !== "same-origin") {
    throw new TypeError('Failed to construct \'Request\': cache "only-if-cached" needs mode "same-origin".');
  }
  return {
    __proto__: null,
    cache: newCache,
    credentials: credentials === undefined ? base.credentials : oneOf("credentials", credentials, credentialModes),
    destination: base.destination,
    fetcher: fetcher === undefined ? base.fetcher : fetcher,
    integrity: integrity === undefined ? base.integrity : toDOMString(integrity),
    isHistoryNavigation: false,
    isReloadNavigation: false,
    keepalive: keepalive === undefined ? base.keepalive : !!keepalive,
    mode: newMode,
    referrer: referrer === undefined ? base.referrer : toReferrer(referrer),
    referrerPolicy: referrerPolicy === undefined ? base.referrerPolicy : oneOf("referrerPolicy", referrerPolicy, referrerPolicies),
  } as RequestDetails;
}

function oneOf(member: string, value: unknown, values: readonly string[]): string {
  const text = toDOMString(value);
  for (let i = 0; i < values.length; i++) if (values[i] === text) return text;
  throw new TypeError(`Failed to construct 'Request': '${text}' is not a valid value of member ${member}.`);
}

function toReferrer(value: unknown): string {
  const text = toUSVString(value);
  if (text === "") return "";
  const url = parseHttpUrl(text, "Failed to construct 'Request': Invalid referrer: ");
  return url === "about:client" ? "about:client" : url;
}

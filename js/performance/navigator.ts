import { sendBeacon } from "./beacon-sender.ts";
import { defineInterface } from "../core/define.ts";
import { ObjectFreeze } from "../core/primordials.ts";
import { requireArguments } from "../core/webidl.ts";

const token = { __proto__: null };
const languages = ObjectFreeze(["en"]);

export class Navigator {
  #brand = true;

  constructor(key: unknown = undefined) {
    if (key !== token) throw new TypeError("Illegal constructor");
  }

  get userAgent(): string { this.#brand; return "Cloudflare-Workers"; }
  // One: no worker has more than one thread.
  get hardwareConcurrency(): number { this.#brand; return 1; }
  get platform(): string { this.#brand; return "Linux"; }
  get language(): string { this.#brand; return "en"; }
  get languages(): readonly string[] { this.#brand; return languages; }

  sendBeacon(url: unknown, body: unknown = null): boolean {
    this.#brand;
    requireArguments(arguments.length, 1, "Failed to execute 'sendBeacon' on 'Navigator'");
    return sendBeacon(url, body);
  }
}
defineInterface("Navigator", Navigator);

export const navigator = new Navigator(token);

// The global `Cloudflare`: which compatibility flags the worker runs with.
import { ObjectDefineProperty, ObjectFreeze, SymbolToStringTag } from "../core/primordials.ts";
import { workerConfiguration } from "./environment.ts";

const compatibilityFlags = { __proto__: null } as unknown as Record<string, boolean>;
const { flags } = workerConfiguration();
for (let i = 0; i < flags.length; i++) compatibilityFlags[flags[i]!] = true;
ObjectFreeze(compatibilityFlags);

export const Cloudflare = {};
ObjectDefineProperty(Cloudflare, "compatibilityFlags", { __proto__: null, value: compatibilityFlags, enumerable: true } as PropertyDescriptor);
ObjectDefineProperty(Cloudflare, SymbolToStringTag, { __proto__: null, value: "Cloudflare", configurable: true } as PropertyDescriptor);

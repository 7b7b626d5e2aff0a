import { StringPrototypeCharCodeAt, StringPrototypeToUpperCase } from "../core/primordials.ts";

/** The key under which the algorithm tables keep a name: algorithm names compare ASCII case-insensitively. */
export function registeredName(name: string): string {
  for (let i = 0; i < name.length; i++) {
    // Beyond ASCII, upper-casing would make equals of different names ("ſ" and "S").
    if (StringPrototypeCharCodeAt(name, i) > 127) return "";
  }
  return StringPrototypeToUpperCase(name);
}

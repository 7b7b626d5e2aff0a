import { ops } from "../core/ops.ts";
import { StringPrototypeCharCodeAt } from "../core/primordials.ts";
import "../encoding/index.ts";

/** "Forgiving-base64 decode" to bytes; null when the text is not base64. */
export function base64Bytes(text: string): Uint8Array<ArrayBuffer> | null {
  const binary = ops.base64_decode(text);
  if (binary === undefined) return null;
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = StringPrototypeCharCodeAt(binary, i);
  return bytes;
}

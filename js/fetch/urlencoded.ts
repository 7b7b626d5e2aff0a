import { FormData, FormDataPrototypeAppend } from "../blob/index.ts";
import { parseUrlEncoded } from "../url/index.ts";

export function parseUrlEncodedForm(text: string): FormData {
  const form = new FormData();
  const pairs = parseUrlEncoded(text);
  for (let i = 0; i < pairs.length; i += 2) FormDataPrototypeAppend(form, pairs[i]!, pairs[i + 1]);
  return form;
}

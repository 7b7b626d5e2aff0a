import { FormData } from "../blob/index.ts";
import { uncurryThis } from "../core/primordials.ts";
import { parseUrlEncoded } from "../url/index.ts";

const FormDataPrototypeAppend = uncurryThis(FormData.prototype.append as (this: FormData, name: string, value: unknown) => void);

export function parseUrlEncodedForm(text: string): FormData {
  const form = new FormData();
  const pairs = parseUrlEncoded(text);
  for (let i = 0; i < pairs.length; i += 2) FormDataPrototypeAppend(form, pairs[i]!, pairs[i + 1]);
  return form;
}

// https://xhr.spec.whatwg.org/#interface-formdata
import { defineInterface } from "../core/define.ts";
import { definePairIterators } from "../core/pair-iterator.ts";
import { ArrayPrototypePush, ArrayPrototypeSplice, FunctionPrototypeCall, uncurryThis } from "../core/primordials.ts";
import { requireArguments, toCallback, toUSVString } from "../core/webidl.ts";
import { blobType, isBlob } from "./blob.ts";
import { type File, fileFromBlob, fileLastModified, isFile } from "./file.ts";

export type FormDataValue = string | File;

export let isFormData: (value: unknown) => value is FormData;
/** The entries as a flat list: name, value, name, value… */
export let formDataEntries: (form: FormData) => (string | File)[];

export class FormData {
  #entries: FormDataValue[] = [];

  constructor(form: unknown = undefined) {
    if (form !== undefined) throw new TypeError("Failed to construct 'FormData': parameter 1 is not of type 'HTMLFormElement'.");
  }

  append(name: unknown, value: unknown, filename: unknown = undefined): void {
    this.#entries;
    const given = arguments.length;
    requireArguments(given, 2, "Failed to execute 'append' on 'FormData'");
    const key = toUSVString(name);
    ArrayPrototypePush<FormDataValue>(this.#entries, key, toEntryValue("append", value, filename, given));
  }

  delete(name: unknown): void {
    this.#entries;
    requireArguments(arguments.length, 1, "Failed to execute 'delete' on 'FormData'");
    removeAll(this.#entries, toUSVString(name), 0);
  }

  get(name: unknown): FormDataValue | null {
    this.#entries;
    requireArguments(arguments.length, 1, "Failed to execute 'get' on 'FormData'");
    const index = find(this.#entries, toUSVString(name));
    return index === -1 ? null : this.#entries[index + 1]!;
  }

  getAll(name: unknown): FormDataValue[] {
    const entries = this.#entries;
    requireArguments(arguments.length, 1, "Failed to execute 'getAll' on 'FormData'");
    const key = toUSVString(name);
    const values: FormDataValue[] = [];
    for (let i = 0; i < entries.length; i += 2) if (entries[i] === key) ArrayPrototypePush(values, entries[i + 1]!);
    return values;
  }

  has(name: unknown): boolean {
    this.#entries;
    requireArguments(arguments.length, 1, "Failed to execute 'has' on 'FormData'");
    return find(this.#entries, toUSVString(name)) !== -1;
  }

  set(name: unknown, value: unknown, filename: unknown = undefined): void {
    const entries = this.#entries;
    const given = arguments.length;
    requireArguments(given, 2, "Failed to execute 'set' on 'FormData'");
    const key = toUSVString(name);
    const entry = toEntryValue("set", value, filename, given);
    const index = find(entries, key);
    if (index === -1) {
      ArrayPrototypePush<FormDataValue>(entries, key, entry);
    } else {
      entries[index + 1] = entry;
      removeAll(entries, key, index + 2);
    }
  }

  forEach(callback: (value: FormDataValue, name: string, form: FormData) => void, self: unknown = undefined): void {
    const entries = this.#entries;
    requireArguments(arguments.length, 1, "Failed to execute 'forEach' on 'FormData'");
    toCallback(callback, "Failed to execute 'forEach' on 'FormData'");
    for (let i = 0; i < entries.length; i += 2) FunctionPrototypeCall(callback, self, entries[i + 1], entries[i], this);
  }

  keys(): IterableIterator<string> { this.#entries; return new FormDataIterator(this, "key"); }
  values(): IterableIterator<FormDataValue> { this.#entries; return new FormDataIterator(this, "value"); }
  entries(): IterableIterator<[string, FormDataValue]> { this.#entries; return new FormDataIterator(this, "entry"); }

  static {
    isFormData = (value): value is FormData => typeof value === "object" && value !== null && #entries in value;
    formDataEntries = (form) => form.#entries;
  }
}
defineInterface("FormData", FormData);
const FormDataIterator = definePairIterators<FormData>("FormData", FormData, formDataEntries);

function find(entries: FormDataValue[], name: string): number {
  for (let i = 0; i < entries.length; i += 2) if (entries[i] === name) return i;
  return -1;
}

function removeAll(entries: FormDataValue[], name: string, from: number): void {
  for (let i = from; i < entries.length;) {
    if (entries[i] === name) ArrayPrototypeSplice(entries, i, 2);
    else i += 2;
  }
}

// https://xhr.spec.whatwg.org/#dom-formdata-append and "create an entry". A third argument asks for the overload with
// a blob, whatever the second is.
function toEntryValue(method: string, value: unknown, filename: unknown, given: number): FormDataValue {
  if (isBlob(value)) {
    if (filename !== undefined) return fileFromBlob(value, toUSVString(filename), blobType(value), isFile(value) ? fileLastModified(value) : undefined);
    return isFile(value) ? value : fileFromBlob(value, "blob", blobType(value));
  }
  if (given > 2 && filename !== undefined) throw new TypeError(`Failed to execute '${method}' on 'FormData': parameter 2 is not of type 'Blob'.`);
  return toUSVString(value);
}

export const FormDataPrototypeAppend = uncurryThis(FormData.prototype.append as (this: FormData, name: string, value: unknown) => void);

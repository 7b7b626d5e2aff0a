// Values as text for people, in the form that node made familiar. Whatever the value is, looking at it runs no code of
// the worker's, and the text has a limit.
import { attributesOf } from "../core/define.ts";
import { errorStack } from "../core/error-stack.ts";
import { ops } from "../core/ops.ts";
import { pairsReader } from "../core/pair-iterator.ts";
import {
  ArrayBufferPrototypeGetByteLength,
  ArrayPrototypeIndexOf,
  ArrayPrototypeJoin,
  ArrayPrototypePop,
  ArrayPrototypePush,
  DatePrototypeGetTime,
  DatePrototypeToISOString,
  FunctionPrototypeCall,
  FunctionPrototypeToString,
  MapPrototypeGetSize,
  NumberPrototypeToString,
  describeProperty,
  ObjectGetPrototypeOf,
  ReflectOwnKeys,
  RegExpPrototypeFlags,
  RegExpPrototypeGetSource,
  SetPrototypeGetSize,
  StringPrototypeCharCodeAt,
  StringPrototypeIncludes,
  StringPrototypeIndexOf,
  StringPrototypePadStart,
  StringPrototypeRepeat,
  StringPrototypeSlice,
  StringPrototypeSplit,
  StringPrototypeStartsWith,
  SymbolToStringTag,
  TypedArrayPrototypeGetLength,
  TypedArrayPrototypeGetSymbolToStringTag,
} from "../core/primordials.ts";
import { isSharedArrayBuffer, sharedByteLength } from "../core/webidl.ts";
import * as kinds from "../core/value-kinds.ts";
import { className, dataProperty, functionName } from "./properties.ts";
import { isIdentifier, primitiveText, quote, symbolText } from "./text.ts";

const OriginalUint8Array = Uint8Array;
export interface InspectOptions {
  /** Levels of nesting that are shown. */
  depth?: number;
  showHidden?: boolean;
}

const mostEntries = 100;
const longestString = 10_000;
const mostBytes = 50;
const lineWidth = 76;
/** What one call may produce in all, so that a wide and deep value stays readable and cheap. */
const mostCharacters = 128 * 1024;

interface Context {
  depth: number;
  showHidden: boolean;
  left: number;
  ancestors: object[];
  /** Objects that contain themselves, numbered by first sight. */
  circular: object[];
}

export function inspect(value: unknown, options?: InspectOptions): string {
  const context: Context = { depth: options?.depth ?? 2, showHidden: options?.showHidden ?? false, left: mostCharacters, ancestors: [], circular: [] };
  return format(context, value, 0);
}

function format(context: Context, value: unknown, level: number): string {
  if (context.left <= 0) return "...";
  if ((typeof value !== "object" && typeof value !== "function") || value === null) {
    const text = primitiveText(value, longestString < context.left ? longestString : context.left);
    context.left -= text.length;
    return text;
  }
  let object: object = value;
  let kind = ops.inspect_kind(object);
  for (let proxies = 0; kind === kinds.PROXY; proxies++) {
    const target = ops.inspect_target(object);
    if (target === null || proxies === 100) return "<Revoked Proxy>";
    object = target;
    kind = ops.inspect_kind(object);
  }
  if (ArrayPrototypeIndexOf(context.ancestors, object) !== -1) {
    let number = ArrayPrototypeIndexOf(context.circular, object);
    if (number === -1) number = ArrayPrototypePush(context.circular, object) - 1;
    return `[Circular *${number + 1}]`;
  }
  ArrayPrototypePush(context.ancestors, object);
  const text = formatObject(context, object, kind, level);
  ArrayPrototypePop(context.ancestors);
  const number = ArrayPrototypeIndexOf(context.circular, object);
  return number === -1 ? text : `<ref *${number + 1}> ${text}`;
}

function formatObject(context: Context, object: object, kind: number, level: number): string {
  const name = className(object);
  switch (kind) {
    case kinds.DATE: {
      const text = DatePrototypeGetTime(object as Date) === DatePrototypeGetTime(object as Date) ? DatePrototypeToISOString(object as Date) : "Invalid Date";
      return withProperties(context, object, text, level);
    }
    case kinds.REGEXP: {
      let text = `/${RegExpPrototypeGetSource(object)}/`;
      for (let i = 0; i < RegExpPrototypeFlags.length; i++) if (RegExpPrototypeFlags[i]![1](object)) text += RegExpPrototypeFlags[i]![0];
      return withProperties(context, object, text, level);
    }
    case kinds.ERROR: return formatError(context, object, name, level);
    case kinds.BOXED: {
      const inner = ops.inspect_boxed(object);
      const type = typeof inner;
      return `[${type === "bigint" ? "BigInt" : `${type[0] === "s" ? "S" : type[0] === "n" ? "N" : "B"}${StringPrototypeSlice(type, 1)}`}: ${primitiveText(inner, longestString)}]`;
    }
    case kinds.WEAK: return `${name || "WeakMap"} { <items unknown> }`;
    case kinds.GENERATOR: return "Object [Generator] {}";
    case kinds.WASM_MODULE: return "Module [WebAssembly.Module] {}";
  }
  if (typeof object === "function") return withProperties(context, object, functionHead(object), level);
  if (level > context.depth) return `[${kind === kinds.ARRAY ? "Array" : name === null ? "Object: null prototype" : name || "Object"}]`;
  switch (kind) {
    case kinds.ARRAY:
    case kinds.ARGUMENTS: {
      const length = dataProperty(object, "length") as number;
      const prefix = kind === kinds.ARGUMENTS ? "[Arguments] " : name === "Array" ? "" : `${name ?? "[Array: null prototype]"}(${length}) `;
      const entries = arrayEntries(context, object, length, level);
      if (length <= 1000) properties(context, object, level, entries, true);
      return enclose(prefix, "[", "]", entries, level, true);
    }
    case kinds.TYPED_ARRAY: {
      const length = TypedArrayPrototypeGetLength(object as Uint8Array);
      const entries: string[] = [];
      for (let i = 0; i < length && i < mostEntries; i++) ArrayPrototypePush(entries, format(context, (object as Uint8Array)[i], level + 1));
      if (length > mostEntries) ArrayPrototypePush(entries, more(length - mostEntries, "item"));
      return enclose(`${name ?? TypedArrayPrototypeGetSymbolToStringTag(object)}(${length}) `, "[", "]", entries, level, true);
    }
    case kinds.MAP:
    case kinds.SET:
    case kinds.ITERATOR: return formatCollection(context, object, kind, name, level);
    case kinds.PROMISE: {
      const details = ops.inspect_promise(object);
      const entries = [details[0] === 0 ? "<pending>" : `${details[0] === 2 ? "<rejected> " : ""}${format(context, details[1], level + 1)}`];
      properties(context, object, level, entries);
      return enclose(`${name ?? "Promise"} `, "{", "}", entries, level);
    }
    case kinds.ARRAY_BUFFER: return formatBuffer(context, object as ArrayBuffer, name, level);
  }
  return formatOrdinary(context, object, kind, name, level);
}

function formatOrdinary(context: Context, object: object, kind: number, name: string | null, level: number): string {
  const entries: string[] = [];
  let prefix = name === "Object" ? "" : name === null ? "[Object: null prototype] " : name === "" ? "" : `${name} `;
  if (kind === kinds.MODULE_NAMESPACE) prefix = "[Module: null prototype] ";
  const tag = dataProperty(object, SymbolToStringTag);
  if (typeof tag === "string" && tag !== "" && tag !== name) prefix = `${name === null ? "[Object: null prototype]" : name || "Object"} [${tag}] `;
  attributes(context, object, level, entries);
  properties(context, object, level, entries);
  return enclose(prefix, "{", "}", entries, level);
}

// Attributes whose mere reading does something (makes a stream, subscribes to the host), or repeats another one.
const quietAttributes: Record<string, true> = {
  __proto__: null as never, body: true, signal: true, srcElement: true, returnValue: true, cancelBubble: true, currentTarget: true, readable: true, writable: true,
};

// The layer's own objects keep their state in private fields; their attributes were captured when they were defined.
function attributes(context: Context, object: object, level: number, entries: string[]): void {
  for (let owner = ObjectGetPrototypeOf(object); owner !== null && ops.inspect_kind(owner) !== kinds.PROXY; owner = ObjectGetPrototypeOf(owner)) {
    const reader = pairsReader(owner);
    const list = attributesOf(owner);
    if (list === undefined) continue;
    try {
      if (reader !== undefined) {
        const pairs = reader(object);
        for (let i = 0; i < pairs.length && i < mostEntries * 2; i += 2) {
          ArrayPrototypePush(entries, `${propertyName(pairs[i] as string)}: ${format(context, pairs[i + 1], level + 1)}`);
        }
        continue;
      }
      for (let i = 0; i < list.length; i++) {
        const { name, get } = list[i]!;
        if (quietAttributes[name] || StringPrototypeStartsWith(name, "on")) continue;
        ArrayPrototypePush(entries, `${propertyName(name)}: ${format(context, FunctionPrototypeCall(get, object), level + 1)}`);
      }
    } catch {
      // Only a prototype, or an heir that was never constructed: it has no such state.
      return;
    }
  }
}

function formatCollection(context: Context, object: object, kind: number, name: string | null, level: number): string {
  const list = ops.inspect_entries(object, mostEntries * 2 + 2);
  const keyed = list[0] || kind === kinds.MAP;
  const entries: string[] = [];
  const step = keyed ? 2 : 1;
  let count = 0;
  for (let i = 1; i < list.length && count < mostEntries; i += step, count++) {
    const first = format(context, list[i], level + 1);
    ArrayPrototypePush(entries, keyed ? `${first} => ${format(context, list[i + 1], level + 1)}` : first);
  }
  const size = kind === kinds.ITERATOR ? count : collectionSize(object, kind);
  if (size > count) ArrayPrototypePush(entries, more(size - count, "item"));
  properties(context, object, level, entries);
  const prefix = kind === kinds.ITERATOR ? `[${list[0] ? "Map" : "Set"} Iterator] ` : `${name ?? (kind === kinds.MAP ? "Map" : "Set")}(${size}) `;
  return enclose(prefix, "{", "}", entries, level);
}

function collectionSize(object: object, kind: number): number {
  return kind === kinds.MAP ? MapPrototypeGetSize(object as Map<unknown, unknown>) : SetPrototypeGetSize(object as Set<unknown>);
}

function formatBuffer(context: Context, buffer: ArrayBuffer, name: string | null, level: number): string {
  const length = isSharedArrayBuffer(buffer) ? sharedByteLength(buffer) : ArrayBufferPrototypeGetByteLength(buffer);
  let contents = "";
  // A detached one has length 0, and no view can be made on it.
  if (length > 0) {
    const bytes = new OriginalUint8Array(buffer, 0, length < mostBytes ? length : mostBytes);
    for (let i = 0; i < bytes.length; i++) contents += `${i > 0 ? " " : ""}${StringPrototypePadStart(NumberPrototypeToString(bytes[i]!, 16), 2, "0")}`;
    if (length > mostBytes) contents += ` ... ${more(length - mostBytes, "byte", "")}`;
  }
  const entries = [`[Uint8Contents]: <${contents}>`, `byteLength: ${length}`];
  properties(context, buffer, level, entries);
  return enclose(`${name ?? "ArrayBuffer"} `, "{", "}", entries, level);
}

function formatError(context: Context, error: object, name: string | null, level: number): string {
  let text = errorStack(error);
  if (text === undefined) {
    const message = dataProperty(error, "message");
    const title = dataProperty(error, "name");
    text = `[${typeof title === "string" ? title : name || "Error"}${typeof message === "string" && message !== "" ? `: ${message}` : ""}]`;
  }
  text = withMessage(error, text);
  context.left -= text.length;
  if (level > 0) text = indentLines(text, level);
  if (level > context.depth) return text;
  const entries: string[] = [];
  const cause = describeProperty(error, "cause");
  if (cause !== undefined && !cause.enumerable && cause.get === undefined) ArrayPrototypePush(entries, `[cause]: ${format(context, cause.value, level + 1)}`);
  const errors = describeProperty(error, "errors");
  if (errors !== undefined && !errors.enumerable && errors.get === undefined) ArrayPrototypePush(entries, `[errors]: ${format(context, errors.value, level + 1)}`);
  properties(context, error, level, entries, false, text);
  return entries.length === 0 ? text : enclose(`${text} `, "{", "}", entries, level);
}

// V8 writes the first line of a stack when the error is made: a message that it was given later is not there.
function withMessage(error: object, stack: string): string {
  const message = dataProperty(error, "message");
  if (typeof message !== "string" || message === "" || StringPrototypeIncludes(stack, message)) return stack;
  const end = StringPrototypeIndexOf(stack, "\n");
  return end === -1 ? `${stack}: ${message}` : `${StringPrototypeSlice(stack, 0, end)}: ${message}${StringPrototypeSlice(stack, end)}`;
}

function functionHead(fn: Function): string {
  const name = functionName(fn);
  const source = FunctionPrototypeToString(fn);
  if (StringPrototypeStartsWith(source, "class") && (source[5] === " " || source[5] === "{")) {
    const parent = ObjectGetPrototypeOf(fn) as object | null;
    const parentName = typeof parent === "function" ? functionName(parent) : "";
    return `[class ${name || "(anonymous)"}${parentName === "" ? "" : ` extends ${parentName}`}]`;
  }
  const tag = dataProperty(fn, SymbolToStringTag);
  return `[${typeof tag === "string" && tag !== "" ? tag : "Function"}${name === "" ? " (anonymous)" : `: ${name}`}]`;
}

// What is no container by itself shows braces only when it has properties of its own.
function withProperties(context: Context, object: object, head: string, level: number): string {
  context.left -= head.length;
  if (level > context.depth) return head;
  const entries: string[] = [];
  properties(context, object, level, entries);
  return entries.length === 0 ? head : enclose(`${head} `, "{", "}", entries, level);
}

function arrayEntries(context: Context, array: object, length: number, level: number): string[] {
  const entries: string[] = [];
  let index = 0;
  for (; index < length && entries.length < mostEntries; index++) {
    const property = describeProperty(array, index);
    if (property !== undefined) {
      ArrayPrototypePush(entries, formatProperty(context, property, level));
      continue;
    }
    const start = index;
    while (index + 1 < length && index - start < 10_000 && describeProperty(array, index + 1) === undefined) index++;
    const holes = index - start + 1;
    if (holes > 10_000) {
      // Not worth the search for its end.
      index = start;
      break;
    }
    ArrayPrototypePush(entries, `<${holes} empty item${holes > 1 ? "s" : ""}>`);
  }
  if (index < length) ArrayPrototypePush(entries, more(length - index, "item"));
  return entries;
}

/** The object's own enumerable properties. Of an error, whose `head` is shown before them, without what that says already. */
function properties(context: Context, object: object, level: number, entries: string[], skipIndexes = false, head: string | undefined = undefined): void {
  const keys = ReflectOwnKeys(object);
  let shown = 0;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    if (skipIndexes && typeof key === "string" && isIndex(key)) continue;
    const property = describeProperty(object, key);
    if (property === undefined || (!property.enumerable && !(context.showHidden && typeof key === "string"))) continue;
    if (head !== undefined && isSaid(key, property.value, head)) continue;
    if (shown === mostEntries || context.left <= 0) {
      ArrayPrototypePush(entries, more(keys.length - i, "property", "... ", "properties"));
      return;
    }
    shown++;
    const name = typeof key === "symbol" ? `[${symbolText(key)}]` : propertyName(key);
    context.left -= name.length;
    ArrayPrototypePush(entries, `${property.enumerable ? name : `[${name}]`}: ${formatProperty(context, property, level)}`);
  }
}

function isSaid(key: PropertyKey, value: unknown, head: string): boolean {
  return (key === "name" || key === "message" || key === "stack") && typeof value === "string" && StringPrototypeIncludes(head, value);
}

function formatProperty(context: Context, property: PropertyDescriptor, level: number): string {
  if (property.get !== undefined) return property.set !== undefined ? "[Getter/Setter]" : "[Getter]";
  if (property.set !== undefined) return "[Setter]";
  return format(context, property.value, level + 1);
}

function propertyName(key: string): string {
  return isIdentifier(key) ? key : quote(key, 200);
}

function isIndex(key: string): boolean {
  const code = StringPrototypeCharCodeAt(key, 0);
  return code >= 0x30 && code <= 0x39;
}

function more(count: number, unit: string, prefix = "... ", units = `${unit}s`): string {
  return `${prefix}${count} more ${count > 1 ? units : unit}`;
}

// On one line when it fits, one entry a line otherwise; the entries of a long list share lines.
function enclose(prefix: string, open: string, close: string, entries: string[], level: number, list = false): string {
  if (entries.length === 0) return `${prefix}${open}${close}`;
  let length = prefix.length + entries.length;
  let multiline = false;
  for (let i = 0; i < entries.length; i++) {
    length += entries[i]!.length + 1;
    if (StringPrototypeIncludes(entries[i]!, "\n")) multiline = true;
  }
  if (!multiline && length + level * 2 <= lineWidth) return `${prefix}${open} ${ArrayPrototypeJoin(entries, ", ")} ${close}`;
  const indent = StringPrototypeRepeat("  ", level + 1);
  const separator = `,\n${indent}`;
  const body = list && entries.length > 6 && !multiline ? fill(entries, separator, lineWidth - indent.length) : ArrayPrototypeJoin(entries, separator);
  return `${prefix}${open}\n${indent}${body}\n${StringPrototypeRepeat("  ", level)}${close}`;
}

function fill(entries: string[], separator: string, width: number): string {
  let text = entries[0]!;
  let column = text.length;
  for (let i = 1; i < entries.length; i++) {
    const entry = entries[i]!;
    if (column + entry.length + 2 > width) {
      text += separator + entry;
      column = entry.length;
    } else {
      text += `, ${entry}`;
      column += entry.length + 2;
    }
  }
  return text;
}

export function indentLines(text: string, level: number): string {
  return StringPrototypeIncludes(text, "\n") ? ArrayPrototypeJoin(StringPrototypeSplit(text, "\n"), `\n${StringPrototypeRepeat("  ", level)}`) : text;
}

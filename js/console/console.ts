// https://console.spec.whatwg.org/
import { clockNow } from "../core/clock.ts";
import { errorStack } from "../core/error-stack.ts";
import { ops } from "../core/ops.ts";
import {
  ArrayPrototypeJoin,
  ArrayPrototypeUnshift,
  ErrorCaptureStackTrace,
  MapPrototypeDelete,
  MapPrototypeGet,
  MapPrototypeGetSize,
  MapPrototypeSet,
  ObjectCreate,
  ObjectDefineProperty,
  ObjectSetPrototypeOf,
  StringPrototypeIncludes,
  StringPrototypeIndexOf,
  StringPrototypeSlice,
  StringPrototypeSplit,
  SymbolToStringTag,
} from "../core/primordials.ts";
import { toDOMString, toSequence } from "../core/webidl.ts";
import { formatArguments, limit } from "./format.ts";
import { inspect, type InspectOptions } from "./inspect.ts";
import { formatTable } from "./table.ts";
import { traceArguments } from "./trace-arguments.ts";

declare module "../core/ops.ts" {
  interface Ops {
    /** One message of the worker's; `level`: 0 debug, 1 log, 2 info, 3 warn, 4 error. True when somebody wants its arguments. */
    console_log(level: number, message: string): boolean;
    /** Its arguments, as a JSON array. */
    console_trace(level: number, json: string): void;
  }
}

const LOG = 1;
const DEBUG = 0;
const INFO = 2;
const WARN = 3;
const ERROR = 4;

const OriginalError = Error;

let indent = "";
const counts: Map<string, number> = new Map();
const timers: Map<string, number> = new Map();
const mostLabels = 1000;

function print(level: number, message: string, data?: unknown[]): void {
  const text = indent === "" ? message
    : indent + (StringPrototypeIncludes(message, "\n") ? ArrayPrototypeJoin(StringPrototypeSplit(message, "\n"), `\n${indent}`) : message);
  if (ops.console_log(level, text)) ops.console_trace(level, traceArguments(data ?? [message]));
}

function toLabel(label: unknown): string {
  return label === undefined ? "default" : toDOMString(label);
}

function elapsed(label: string, method: string): string | undefined {
  const started = MapPrototypeGet(timers, label);
  if (started === undefined) {
    print(WARN, `No such label '${label}' for console.${method}()`);
    return undefined;
  }
  const milliseconds = clockNow() - started;
  return `${label}: ${milliseconds < 1000 ? `${round(milliseconds)}ms` : `${round(milliseconds / 1000)}s`}`;
}

function round(value: number): number {
  return (value * 1000 - (value * 1000) % 1) / 1000;
}

// Labels are worker data: they must not fill the memory without end.
function hasRoom(labels: Map<string, number>, label: string): boolean {
  return MapPrototypeGet(labels, label) !== undefined || MapPrototypeGetSize(labels) < mostLabels;
}

const methods = {
  debug(...data: unknown[]): void { print(DEBUG, formatArguments(data), data); },
  error(...data: unknown[]): void { print(ERROR, formatArguments(data), data); },
  info(...data: unknown[]): void { print(INFO, formatArguments(data), data); },
  log(...data: unknown[]): void { print(LOG, formatArguments(data), data); },
  warn(...data: unknown[]): void { print(WARN, formatArguments(data), data); },

  assert(condition: unknown = false, ...data: unknown[]): void {
    if (condition) return;
    if (data.length === 0) return print(ERROR, "Assertion failed");
    if (typeof data[0] === "string") data[0] = `Assertion failed: ${data[0]}`;
    else ArrayPrototypeUnshift(data, "Assertion failed:");
    print(ERROR, formatArguments(data));
  },

  trace(...data: unknown[]): void {
    const holder = new OriginalError();
    ErrorCaptureStackTrace(holder, methods.trace);
    const stack = errorStack(holder) ?? "";
    const frames = StringPrototypeIndexOf(stack, "\n");
    const message = formatArguments(data);
    print(LOG, `Trace${message === "" ? "" : `: ${message}`}${frames === -1 ? "" : StringPrototypeSlice(stack, frames)}`);
  },

  dir(item: unknown = undefined, options: unknown = undefined): void {
    print(LOG, limit(inspect(item, toInspectOptions(options))));
  },
  dirxml(...data: unknown[]): void { print(LOG, formatArguments(data)); },

  table(data: unknown = undefined, columns: unknown = undefined): void {
    const heads = columns === undefined ? undefined : toSequence(columns, toDOMString, "Failed to execute 'table' on 'console'");
    print(LOG, limit(formatTable(data, heads) ?? formatArguments([data])));
  },

  group(...data: unknown[]): void {
    if (data.length > 0) print(LOG, formatArguments(data));
    if (indent.length < 200) indent += "  ";
  },
  groupCollapsed(...data: unknown[]): void {
    if (data.length > 0) print(LOG, formatArguments(data));
    if (indent.length < 200) indent += "  ";
  },
  groupEnd(): void { indent = StringPrototypeSlice(indent, 2); },

  count(label: unknown = undefined): void {
    const name = toLabel(label);
    if (!hasRoom(counts, name)) return;
    const count = (MapPrototypeGet(counts, name) ?? 0) + 1;
    MapPrototypeSet(counts, name, count);
    print(INFO, `${name}: ${count}`);
  },
  countReset(label: unknown = undefined): void {
    const name = toLabel(label);
    if (!MapPrototypeDelete(counts, name)) print(WARN, `Count for '${name}' does not exist`);
  },

  time(label: unknown = undefined): void {
    const name = toLabel(label);
    if (MapPrototypeGet(timers, name) !== undefined) print(WARN, `Label '${name}' already exists for console.time()`);
    else if (hasRoom(timers, name)) MapPrototypeSet(timers, name, clockNow());
  },
  timeLog(label: unknown = undefined, ...data: unknown[]): void {
    const text = elapsed(toLabel(label), "timeLog");
    if (text !== undefined) print(INFO, data.length === 0 ? text : `${text} ${formatArguments(data)}`);
  },
  timeEnd(label: unknown = undefined): void {
    const name = toLabel(label);
    const text = elapsed(name, "timeEnd");
    if (text === undefined) return;
    MapPrototypeDelete(timers, name);
    print(INFO, text);
  },

  // There is no screen to clear and no timeline to mark.
  clear(): void {},
  timeStamp(): void {},
};

function toInspectOptions(options: unknown): InspectOptions {
  if (typeof options !== "object" || options === null) return { depth: 2 };
  const { depth, showHidden } = options as { depth?: unknown; showHidden?: unknown };
  return { depth: depth === null ? 50 : typeof depth === "number" && depth >= 0 ? (depth < 50 ? depth : 50) : 2, showHidden: !!showHidden };
}

// A namespace object: its prototype is an empty object.
ObjectSetPrototypeOf(methods, ObjectCreate(Object.prototype));
ObjectDefineProperty(methods, SymbolToStringTag, { __proto__: null, value: "console", configurable: true } as PropertyDescriptor);

export const console = methods;

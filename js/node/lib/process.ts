// https://nodejs.org/api/process.html, of a process that is always the same: number 1, on Linux, without a terminal.
import { codes } from "lib:internal/codes";
import EventEmitter from "lib:events";
import process_ from "lib:internal/process/object";
import { environment } from "lib:internal/process/environment";
import { methods } from "lib:internal/stub";
import { validateString } from "lib:internal/validators";

const { builtin, clockNow, console, flagEnabled } = internalBinding("layer");

const zeros = (...names: string[]) => (): Record<string, number> => Object.fromEntries(names.map((name) => [name, 0]));

function hrtime(since?: [number, number]): [number, number] {
  if (since !== undefined) {
    if (!Array.isArray(since)) throw new codes.ERR_INVALID_ARG_TYPE("time", "Array", since);
    if (since.length !== 2) throw new codes.ERR_OUT_OF_RANGE("time", 2, since.length);
  }
  const now = clockNow();
  let seconds = Math.floor(now / 1000) - (since?.[0] ?? 0);
  let nanoseconds = Math.floor((now % 1000) * 1e6) - (since?.[1] ?? 0);
  if (nanoseconds < 0) {
    seconds--;
    nanoseconds += 1e9;
  }
  return [seconds, nanoseconds];
}
hrtime.bigint = (): bigint => BigInt(Math.floor(clockNow() * 1000)) * 1000n;

function exit(code?: unknown): never {
  throw new Error(`The Node.js process.exit(${code ?? process_.exitCode ?? 0}) API was called. Canceling the request.`);
}

function chdir(directory: unknown): void {
  validateString(directory, "directory");
  current = require("path").resolve(current, directory);
}

function umask(mask?: unknown): number {
  if (typeof mask === "string") {
    if (!/^[0-7]+$/.test(mask)) throw new codes.ERR_INVALID_ARG_VALUE("mask", mask, "must be a 32-bit unsigned integer or an octal string");
  } else if (mask !== undefined) {
    require("internal/validators").validateUint32(mask, "mask");
  }
  return 0o22;
}

let current = "/bundle";
const root = (name: string) => (id: unknown): void => {
  if (id !== 0) throw Object.assign(new Error(`EPERM: operation not permitted, ${name}`), { code: "EPERM", errno: -1, syscall: name });
};
const nothing = (): void => {};

const members: Record<string, unknown> = {
  env: environment,
  features: Object.freeze({ cached_builtins: true, debug: false, inspector: false, ipv6: true, openssl_is_boringssl: false, require_module: false, tls: true, tls_alpn: true, tls_ocsp: true, tls_sni: true, typescript: false, uv: true }),
  exit,
  getBuiltinModule: (name: unknown): unknown => {
    validateString(name, "id");
    return builtin(name);
  },
};

const whole: Record<string, unknown> = {
  version: process_.version, versions: process_.versions, title: "workerd", argv: ["workerd"], argv0: "workerd", execArgv: [], execPath: "", arch: "x64",
  config: Object.freeze({ target_defaults: Object.freeze({ default_configuration: "Release" }), variables: Object.freeze({ napi_build_version: "9", host_arch: "x64", target_arch: "x64", v8_enable_i18n_support: 1 }) }),
  pid: 1, ppid: 0, channel: null, connected: false, debugPort: 0, exitCode: undefined, domain: null, _exiting: false, moduleLoadList: [], _preload_modules: [],
  noDeprecation: false, traceDeprecation: false, throwDeprecation: false, sourceMapsEnabled: false, allowedNodeEnvironmentFlags: new Set(),
  release: { name: "node", lts: true, sourceUrl: "", headersUrl: "" },
  report: { compact: false, directory: "", filename: "", getReport: (): object => ({}), reportOnFatalError: false, reportOnSignal: false, reportOnUncaughtException: false,
    excludeNetwork: false, excludeEnv: false, signal: "SIGUSR2", ...methods("process.report", "writeReport") },
  permission: methods("process.permission", "has"),
  finalization: methods("process.finalization", "register", "registerBeforeExit", "unregister"),
  abort: (): never => exit(1), reallyExit: exit, hrtime, umask, chdir,
  cwd: (): string => current,
  uptime: (): number => 0,
  memoryUsage: Object.assign(zeros("rss", "heapTotal", "heapUsed", "external", "arrayBuffers"), { rss: (): number => 0 }),
  resourceUsage: zeros("userCPUTime", "systemCPUTime", "maxRSS", "sharedMemorySize", "unsharedDataSize", "unsharedStackSize", "minorPageFault", "majorPageFault", "swappedOut",
    "fsRead", "fsWrite", "ipcSent", "ipcReceived", "signalsCount", "voluntaryContextSwitches", "involuntaryContextSwitches"),
  constrainedMemory: (): number => 0, availableMemory: (): number => 0,
  getegid: (): number => 0, geteuid: (): number => 0, getgid: (): number => 0, getuid: (): number => 0, getgroups: (): number[] => [0],
  setegid: root("setegid"), seteuid: root("seteuid"), setgid: root("setgid"), setuid: root("setuid"), setgroups: root("setgroups"), initgroups: root("initgroups"),
  ref: nothing, unref: nothing, _tickCallback: nothing, _debugProcess: nothing, _debugEnd: nothing, _startProfilerIdleNotifier: nothing, _stopProfilerIdleNotifier: nothing,
  setSourceMapsEnabled: nothing, getSourceMapsSupport: (): object => ({ enabled: false, nodeModules: false, generatedCode: false }),
  send: (): boolean => false, _fatalException: (): boolean => false, _getActiveRequests: (): unknown[] => [], _getActiveHandles: (): unknown[] => [],
  _rawDebug: (...args: unknown[]): void => console.log(...args),
  loadEnvFile: (path: unknown = ".env"): void => void Object.assign(environment, internalBinding("util").parseEnv(require("fs").readFileSync(path, "utf8"))),
  ...methods("process", "kill", "_kill", "binding", "_linkedBinding", "dlopen", "execve", "cpuUsage", "threadCpuUsage", "getActiveResourcesInfo",
    "setUncaughtExceptionCaptureCallback", "hasUncaughtExceptionCaptureCallback"),
};

// Text for the log: a line each, whatever was written.
function output(level: "log" | "error", fd: number): unknown {
  const { Writable } = require("stream");
  let rest = "";
  const flush = (): void => {
    if (rest !== "") console[level](rest);
    rest = "";
  };
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: any, encoding: string, done: () => void): void {
      const lines = (rest + (typeof chunk === "string" ? chunk : chunk.toString(encoding === "buffer" ? "utf8" : encoding))).split("\n");
      rest = lines.pop()!;
      for (const line of lines) console[level](line);
      // The rest of a line is shown when nothing more comes in this turn.
      if (rest !== "") queueMicrotask(flush);
      done();
    },
  });
  return Object.assign(stream, { fd, isTTY: false, _type: "fs", _isStdio: true });
}

function lazily(name: string, make: () => unknown): void {
  Object.defineProperty(process_, name, {
    configurable: true, enumerable: true,
    get: () => {
      const value = make();
      Object.defineProperty(process_, name, { configurable: true, enumerable: true, writable: true, value });
      return value;
    },
  });
}

Object.assign(process_, members);
if (flagEnabled("enable_nodejs_process_v2")) {
  Object.assign(process_, whole);
  Object.setPrototypeOf(process_, Object.create(EventEmitter.prototype, { constructor: { value: function process(): void {}, writable: true, configurable: true }, [Symbol.toStringTag]: { value: "process", configurable: true } }));
  EventEmitter.call(process_);
  lazily("stdout", () => output("log", 1));
  lazily("stderr", () => output("error", 2));
  lazily("stdin", () => Object.assign(require("stream").Readable.from([]), { fd: 0, isTTY: false }));
  process_.openStdin = (): unknown => process_.stdin;
} else {
  for (const name of ["version", "versions", "arch", "release", "argv", "execArgv", "noDeprecation", "stdout", "stderr", "cwd", "binding"]) {
    // The library's own modules go on reading these.
    Object.defineProperty(process_, name, { enumerable: false });
  }
}

export default process_;

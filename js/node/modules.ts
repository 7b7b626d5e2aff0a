// The names under `node:`, and the flag that each needs beside nodejs_compat (none: it comes with nodejs_compat itself).
// https://developers.cloudflare.com/workers/runtime-apis/nodejs/

const always = [
  "_stream_duplex", "_stream_passthrough", "_stream_readable", "_stream_transform", "_stream_writable", "_tls_common", "_tls_wrap",
  "assert", "assert/strict", "async_hooks", "buffer", "constants", "crypto", "diagnostics_channel", "dns", "dns/promises",
  "events", "module", "net", "path", "path/posix", "path/win32", "process", "querystring",
  "stream", "stream/consumers", "stream/promises", "stream/web", "string_decoder", "sys", "timers", "timers/promises", "tls",
  "url", "util", "util/types", "zlib",
];

const byFlag: Record<string, readonly string[]> = {
  enable_nodejs_child_process_module: ["child_process"],
  enable_nodejs_cluster_module: ["cluster"],
  enable_nodejs_console_module: ["console"],
  enable_nodejs_dgram_module: ["dgram"],
  enable_nodejs_domain_module: ["domain"],
  enable_nodejs_fs_module: ["fs", "fs/promises"],
  enable_nodejs_http2_module: ["http2"],
  enable_nodejs_http_modules: ["_http_agent", "_http_client", "_http_common", "_http_incoming", "_http_outgoing", "http", "https"],
  enable_nodejs_http_server_modules: ["_http_server"],
  enable_nodejs_inspector_module: ["inspector", "inspector/promises"],
  enable_nodejs_os_module: ["os"],
  enable_nodejs_perf_hooks_module: ["perf_hooks"],
  enable_nodejs_punycode_module: ["punycode"],
  enable_nodejs_readline_module: ["readline", "readline/promises"],
  enable_nodejs_repl_module: ["repl"],
  enable_nodejs_sqlite_module: ["sqlite"],
  enable_nodejs_stream_wrap_module: ["_stream_wrap"],
  enable_nodejs_trace_events_module: ["trace_events"],
  enable_nodejs_tty_module: ["tty"],
  enable_nodejs_v8_module: ["v8"],
  enable_nodejs_vm_module: ["vm"],
  enable_nodejs_wasi_module: ["wasi"],
  enable_nodejs_worker_threads_module: ["worker_threads"],
};

export const flagOfModule: ReadonlyMap<string, string | undefined> = new Map<string, string | undefined>([
  ...always.map((name): [string, undefined] => [name, undefined]),
  ...Object.entries(byFlag).flatMap(([flag, names]) => names.map((name): [string, string] => [name, flag])),
]);

export const publicModules: readonly string[] = [...flagOfModule.keys()];

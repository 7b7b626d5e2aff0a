namespace Skep.Abstractions.Compatibility;

/// <summary>Compatibility flags: <c>node:*</c> modules and what comes with them.</summary>
internal static class NodeFlags
{
    internal static readonly CompatibilityFlag[] All =
    [
        new("nodejs_compat", "no_nodejs_compat", FlagEffect.Honoured, "`node:*` modules can be imported") { Since = "2026-08-04" },
        new("nodejs_als", "no_nodejs_als", FlagEffect.Honoured, "`node:async_hooks` alone"),
        new("nodejs_compat_v2", "no_nodejs_compat_v2", FlagEffect.Honoured, "built-ins without `node:` too, the globals `process`, `Buffer`, `global`, `setImmediate`, and polyfills at bundling") { ImpliedBy = ["nodejs_compat"], ImpliedSince = "2024-09-23", Since = "2026-08-04" },
        new("nodejs_zlib", "no_nodejs_zlib", FlagEffect.Always, "`node:zlib` exists wherever `nodejs_compat` is on") { ImpliedBy = ["nodejs_compat", "nodejs_compat_v2"], ImpliedSince = "2024-09-23" },
        new("nodejs_compat_populate_process_env", "nodejs_compat_do_not_populate_process_env", FlagEffect.Honoured, "`process.env` holds the text bindings and secrets") { ImpliedBy = ["nodejs_compat"], ImpliedSince = "2025-04-01" },
        new("enable_nodejs_process_v2", "disable_nodejs_process_v2", FlagEffect.Honoured, "`node:process` is whole, not only `env`, `nextTick`, `exit`, `platform`, `features` and `getBuiltinModule`") { ImpliedBy = ["nodejs_compat"], ImpliedSince = "2025-09-15" },
        new("enable_nodejs_http_modules", "disable_nodejs_http_modules", FlagEffect.Honoured, "`node:http`, `node:https` (client)") { ImpliedBy = ["nodejs_compat"], ImpliedSince = "2025-08-15" },
        new("enable_nodejs_http_server_modules", "disable_nodejs_http_server_modules", FlagEffect.Honoured, "`http.createServer` and `httpServerHandler` of `cloudflare:node`") { ImpliedBy = ["enable_nodejs_http_modules"], ImpliedSince = "2025-09-01" },
        new("enable_nodejs_fs_module", "disable_nodejs_fs_module", FlagEffect.Honoured, "`node:fs`") { ImpliedBy = ["nodejs_compat"], ImpliedSince = "2025-09-15" },
        new("enable_nodejs_os_module", "disable_nodejs_os_module", FlagEffect.Honoured, "`node:os`") { ImpliedBy = ["nodejs_compat"], ImpliedSince = "2025-09-15" },
        new("remove_nodejs_compat_eol", "add_nodejs_compat_eol", FlagEffect.Always, "functions that Node.js removed at end of life are absent") { ImpliedBy = ["nodejs_compat"], ImpliedSince = "2025-09-01" },
        new("enable_nodejs_http2_module", "disable_nodejs_http2_module", FlagEffect.Honoured, "`node:http2`, whose methods throw") { ImpliedBy = ["nodejs_compat"], ImpliedSince = "2025-09-01" },
        new("remove_nodejs_compat_eol_v22", "add_nodejs_compat_eol_v22", FlagEffect.Always, "the same, for Node.js 22") { ImpliedBy = ["remove_nodejs_compat_eol"], ImpliedSince = "2027-04-30" },
        new("remove_nodejs_compat_eol_v23", "add_nodejs_compat_eol_v23", FlagEffect.Always, "the same, for Node.js 23") { ImpliedBy = ["remove_nodejs_compat_eol_v24"], ImpliedSince = "2025-09-01" },
        new("remove_nodejs_compat_eol_v24", "add_nodejs_compat_eol_v24", FlagEffect.Always, "the same, for Node.js 24") { ImpliedBy = ["remove_nodejs_compat_eol"], ImpliedSince = "2028-04-30" },
        new("enable_nodejs_console_module", "disable_nodejs_console_module", FlagEffect.Honoured, "`node:console`") { ImpliedBy = ["nodejs_compat"], ImpliedSince = "2025-09-21" },
        new("enable_nodejs_vm_module", "disable_nodejs_vm_module", FlagEffect.Honoured, "`node:vm`, whose methods throw") { ImpliedBy = ["nodejs_compat"], ImpliedSince = "2025-10-01" },
        new("enable_nodejs_perf_hooks_module", "disable_nodejs_perf_hooks_module", FlagEffect.Honoured, "`node:perf_hooks`") { ImpliedBy = ["nodejs_compat"], ImpliedSince = "2026-03-17" },
        new("enable_nodejs_domain_module", "disable_nodejs_domain_module", FlagEffect.Honoured, "`node:domain`") { ImpliedBy = ["nodejs_compat"], ImpliedSince = "2025-12-04" },
        new("enable_nodejs_v8_module", "disable_nodejs_v8_module", FlagEffect.Honoured, "`node:v8`, whose methods throw") { ImpliedBy = ["nodejs_compat"], ImpliedSince = "2026-03-17" },
        new("enable_nodejs_tty_module", "disable_nodejs_tty_module", FlagEffect.Honoured, "`node:tty`") { ImpliedBy = ["nodejs_compat"], ImpliedSince = "2026-03-17" },
        new("enable_nodejs_punycode_module", "disable_nodejs_punycode_module", FlagEffect.Honoured, "`node:punycode`") { ImpliedBy = ["nodejs_compat"], ImpliedSince = "2025-12-04" },
        new("enable_nodejs_cluster_module", "disable_nodejs_cluster_module", FlagEffect.Honoured, "`node:cluster`") { ImpliedBy = ["nodejs_compat"], ImpliedSince = "2025-12-04" },
        new("enable_nodejs_child_process_module", "disable_nodejs_child_process_module", FlagEffect.Honoured, "`node:child_process`, whose methods throw") { ImpliedBy = ["nodejs_compat"], ImpliedSince = "2026-03-17" },
        new("enable_nodejs_worker_threads_module", "disable_nodejs_worker_threads_module", FlagEffect.Honoured, "`node:worker_threads`, whose `Worker` throws") { ImpliedBy = ["nodejs_compat"], ImpliedSince = "2026-03-17" },
        new("enable_nodejs_stream_wrap_module", "disable_nodejs_stream_wrap_module", FlagEffect.Honoured, "`node:_stream_wrap`") { ImpliedBy = ["nodejs_compat"], ImpliedSince = "2026-01-29" },
        new("enable_nodejs_wasi_module", "disable_nodejs_wasi_module", FlagEffect.Honoured, "`node:wasi`, whose `WASI` throws") { ImpliedBy = ["nodejs_compat"], ImpliedSince = "2025-12-04" },
        new("enable_nodejs_dgram_module", "disable_nodejs_dgram_module", FlagEffect.Honoured, "`node:dgram`, whose sockets throw") { ImpliedBy = ["nodejs_compat"], ImpliedSince = "2026-01-29" },
        new("enable_nodejs_inspector_module", "disable_nodejs_inspector_module", FlagEffect.Honoured, "`node:inspector`, whose methods throw") { ImpliedBy = ["nodejs_compat"], ImpliedSince = "2026-01-29" },
        new("enable_nodejs_trace_events_module", "disable_nodejs_trace_events_module", FlagEffect.Honoured, "`node:trace_events`") { ImpliedBy = ["nodejs_compat"], ImpliedSince = "2025-12-04" },
        new("enable_nodejs_readline_module", "disable_nodejs_readline_module", FlagEffect.Honoured, "`node:readline`") { ImpliedBy = ["nodejs_compat"], ImpliedSince = "2026-03-17" },
        new("enable_nodejs_repl_module", "disable_nodejs_repl_module", FlagEffect.Honoured, "`node:repl`, whose methods throw") { ImpliedBy = ["nodejs_compat"], ImpliedSince = "2026-03-17" },
        new("enable_nodejs_sqlite_module", "disable_nodejs_sqlite_module", FlagEffect.Honoured, "`node:sqlite`, whose classes throw") { ImpliedBy = ["nodejs_compat"], ImpliedSince = "2026-01-29" },
        new("enable_streams_nodejs_v24_compat", "disable_streams_nodejs_v24_compat", FlagEffect.Always, "Node.js streams are those of version 24 and later"),
        new("enable_nodejs_global_timers", "no_nodejs_global_timers", FlagEffect.Honoured, "the global timers return Node.js' `Timeout` objects") { ImpliedBy = ["nodejs_compat"], ImpliedSince = "2026-02-10" },
        new("enable_nodejs_inspector_local_dev", null, FlagEffect.Elsewhere, "a debugging aid of workerd") { IsExperimental = true },
    ];
}

namespace Skep.Abstractions.Compatibility;

/// <summary>Compatibility flags: Python Workers, which Skep does not run.</summary>
internal static class PythonFlags
{
    internal static readonly CompatibilityFlag[] All =
    [
        new("python_workers", null, FlagEffect.Elsewhere, "Python Workers are not supported") { ImpliedBy = ["python_workers_development"], ImpliedSince = "2000-01-01" },
        new("python_workers_development", null, FlagEffect.Elsewhere, "Python Workers are not supported") { IsExperimental = true },
        new("python_external_packages", null, FlagEffect.Elsewhere, "Python Workers are not supported"),
        new("python_workers_20250116", "no_python_workers_20250116", FlagEffect.Elsewhere, "Python Workers are not supported") { ImpliedBy = ["python_workers"], ImpliedSince = "2025-09-29" },
        new("python_workers_durable_objects", null, FlagEffect.Elsewhere, "Python Workers are not supported") { IsExperimental = true },
        new("python_workflows", "disable_python_workflows", FlagEffect.Elsewhere, "Python Workers are not supported") { ImpliedBy = ["python_workers"], ImpliedSince = "2025-09-20" },
        new("python_no_global_handlers", "disable_python_no_global_handlers", FlagEffect.Elsewhere, "Python Workers are not supported") { Since = "2025-08-14" },
        new("python_workers_force_new_vendor_path", null, FlagEffect.Elsewhere, "Python Workers are not supported") { Since = "2025-08-11" },
        new("python_dedicated_snapshot", "disable_python_dedicated_snapshot", FlagEffect.Elsewhere, "Python Workers are not supported") { ImpliedBy = ["python_workers_20250116"], ImpliedSince = "2025-10-16" },
        new("enable_python_external_sdk", "disable_python_external_sdk", FlagEffect.Elsewhere, "Python Workers are not supported") { Since = "2026-04-21" },
        new("python_check_rng_state", "disable_python_check_rng_state", FlagEffect.Elsewhere, "Python Workers are not supported") { ImpliedBy = ["python_workers"], ImpliedSince = "2025-12-16" },
        new("python_workflows_implicit_dependencies", "no_python_workflows_implicit_dependencies", FlagEffect.Elsewhere, "Python Workers are not supported") { ImpliedBy = ["python_workers"], ImpliedSince = "2026-02-25" },
        new("python_request_headers_preserve_commas", "disable_python_request_headers_preserve_commas", FlagEffect.Elsewhere, "Python Workers are not supported") { Since = "2026-02-17" },
        new("python_process_pth_files", "disable_python_process_pth_files", FlagEffect.Elsewhere, "Python Workers are not supported") { Since = "2026-05-26" },
        new("python_workers_20260610", "no_python_workers_20260610", FlagEffect.Elsewhere, "Python Workers are not supported"),
        new("python_workers_20260817", "no_python_workers_20260817", FlagEffect.Elsewhere, "Python Workers are not supported") { IsExperimental = true },
    ];
}

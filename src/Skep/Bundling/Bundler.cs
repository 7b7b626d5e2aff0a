using System.Collections.Immutable;
using System.Text;
using Skep.Abstractions.Workers;
using Skep.Configuration;
using Skep.Diagnostics;

namespace Skep.Bundling;

/// <summary>Turns projects into versions, as wrangler does.</summary>
internal sealed class Bundler(BuildService service)
{
    public async Task<Build> BuildAsync(ProjectConfig project, CancellationToken cancellation = default)
    {
        if (project.Build is { } custom) await CustomBuildRunner.RunAsync(custom, cancellation);
        if (project.Entry.Length == 0) return new Build(AssetsOnly(project), [], []);
        var output = await service.BuildAsync(project.Root + "\n" + project.Entry, Options(project), cancellation);
        ImmutableArray<Diagnostic> diagnostics =
        [
            .. output.Errors.Select(message => ToDiagnostic(Severity.Error, message)),
            .. output.Warnings.Select(message => ToDiagnostic(Severity.Warning, message)),
        ];
        var version = output.Errors.Count > 0 ? null : ToVersion(project, output);
        return new Build(version, diagnostics, [.. output.Inputs]);
    }

    private static BuildOptions Options(ProjectConfig project) => new(
        project.Entry,
        project.Root,
        project.ModuleRoot,
        [.. project.Rules.Select(rule => new RuleOption(rule.Type, rule.Globs, rule.Fallthrough))],
        project.FindAdditionalModules,
        project.PreserveFileNames,
        project.NoBundle,
        project.Define,
        project.Alias,
        project.Minify,
        project.KeepNames,
        project.Tsconfig,
        project.JsxFactory,
        project.JsxFragment,
        NodeMode(project),
        project.CompatibilityDate,
        project.CompatibilityFlags,
        project.IsOn("global_navigator"),
        Environment.GetEnvironmentVariable("NODE_ENV") is { Length: > 0 } mode ? mode : "development");

    private static string NodeMode(ProjectConfig project) =>
        project.IsOn("nodejs_compat_v2") ? "v2"
        : project.IsOn("nodejs_compat") ? "v1"
        : project.IsOn("nodejs_als") ? "als"
        : "none";

    private static WorkerVersion ToVersion(ProjectConfig project, BuildOutput output) => AssetsOnly(project) with
    {
        Modules = [.. output.Modules.Select(ToModule)],
        MainModule = output.Main,
        Syntax = output.Syntax == "modules" ? ScriptSyntax.Modules : ScriptSyntax.ServiceWorker,
    };

    private static WorkerVersion AssetsOnly(ProjectConfig project) => new()
    {
        Name = project.Name,
        Modules = [],
        MainModule = "",
        Assets = project.Assets,
        CompatibilityDate = project.CompatibilityDate,
        CompatibilityFlags = project.CompatibilityFlags,
        Bindings = project.Bindings,
        ObjectClasses = project.ObjectClasses,
        Limits = project.Limits,
    };

    private static ScriptModule ToModule(OutputModule module) => new(
        module.Name,
        module.Type switch
        {
            "ESModule" or "Script" => ModuleKind.EsModule,
            "CommonJS" => ModuleKind.CommonJs,
            "Text" => ModuleKind.Text,
            "Data" => ModuleKind.Data,
            "CompiledWasm" => ModuleKind.CompiledWasm,
            var other => throw new InvalidDataException($"The build service made a module of unknown type {other}."),
        },
        module.Text is not null ? Encoding.UTF8.GetBytes(module.Text) : module.Base64)
    {
        SourceMap = module.Map is null ? default : Encoding.UTF8.GetBytes(module.Map),
    };

    private static Diagnostic ToDiagnostic(Severity severity, BuildMessage message) =>
        new(
            severity,
            message.Text,
            message.Location is { } at ? new SourcePosition(at.File, at.Line, at.Column, at.Length) : null,
            message.Remedy)
        {
            LineText = message.Location?.LineText,
            Notes = [.. message.Notes],
        };
}

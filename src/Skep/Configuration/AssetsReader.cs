using System.Collections.Immutable;
using Skep.Abstractions.Assets;
using Skep.Abstractions.Workers;
using Skep.Diagnostics;

namespace Skep.Configuration;

/// <summary>Reads <c>assets</c> (https://developers.cloudflare.com/workers/wrangler/configuration/#assets).</summary>
internal static class AssetsReader
{
    private static readonly string[] Keys = ["directory", "binding", "html_handling", "not_found_handling", "run_worker_first"];

    /// <summary>True for a project without a Worker: nothing but assets.</summary>
    public static bool IsAlone(ConfigSection section) => section.Has("assets") && !section.Has("main");

    /// <summary>What the assets are bound to, or null.</summary>
    public static AssetsBinding? Binding(ConfigSection section) =>
        section.Node.Find("assets")?.Value is ConfigObject assets && assets.Find("binding")?.Value is ConfigString name ? new AssetsBinding(name.Value) : null;

    /// <summary>The assets, or null when there are none.</summary>
    /// <param name="root">What the directory is relative to.</param>
    /// <param name="hasWorker">False for assets only.</param>
    public static AssetDirectory? Read(ConfigSection section, string root, bool hasWorker, List<Diagnostic> diagnostics)
    {
        if (section.Section("assets", Keys) is not { } assets) return null;
        assets.Require("directory", "Name the folder with the files: \"directory\": \"./public\".");
        var rules = assets.Node.Find("run_worker_first")?.Value is ConfigArray ? assets.Strings("run_worker_first") : [];
        var first = rules.IsEmpty && assets.Node.Find("run_worker_first")?.Value is not ConfigArray && assets.Boolean("run_worker_first") == true;
        if (assets.Node.Find("run_worker_first")?.Value is ConfigArray && WorkerFirstRules.Parse(rules, out var problem) is null)
            diagnostics.Add(Diagnostic.Error(problem, assets.PositionOf("run_worker_first")));
        if (!hasWorker && (first || !rules.IsEmpty || assets.Has("binding")))
        {
            diagnostics.Add(Diagnostic.Error(
                $"\"assets.{(assets.Has("binding") ? "binding" : "run_worker_first")}\" needs a Worker", assets.Node.Position, "Name its file: \"main\": \"src/index.ts\"."));
        }

        var configuration = new AssetConfiguration
        {
            HtmlHandling = Choice(assets, "html_handling", AssetSettings.HtmlHandlings, diagnostics),
            NotFoundHandling = Choice(assets, "not_found_handling", AssetSettings.NotFoundHandlings, diagnostics),
            RunWorkerFirst = first,
            WorkerFirst = rules,
        };
        if (assets.String("directory") is not { } given) return null;
        var directory = Path.GetFullPath(given, root);
        if (!Directory.Exists(directory))
        {
            diagnostics.Add(Diagnostic.Error($"\"assets.directory\" names {given}, which does not exist", assets.PositionOf("directory"), "Correct the path, or build what is to be there first."));
            return null;
        }

        Warn(Path.Combine(directory, "_headers"), text => HeadersFile.Parse(text).Problems, diagnostics);
        Warn(Path.Combine(directory, "_redirects"), text => RedirectsFile.Parse(text, configuration.HtmlHandling).Problems, diagnostics);
        return new AssetDirectory(directory, configuration);
    }

    private static T Choice<T>(ConfigSection section, string name, ImmutableDictionary<string, T> values, List<Diagnostic> diagnostics)
        where T : struct
    {
        if (section.String(name) is not { } given) return default;
        if (values.TryGetValue(given, out var value)) return value;
        diagnostics.Add(Diagnostic.Error(
            $"\"{section.Full(name)}\" cannot be \"{given}\"", section.PositionOf(name), $"Use one of {string.Join(", ", values.Keys.Order(StringComparer.Ordinal))}."));
        return default;
    }

    private static void Warn(string file, Func<string, ImmutableArray<FileProblem>> check, List<Diagnostic> diagnostics)
    {
        if (!File.Exists(file)) return;
        foreach (var problem in check(File.ReadAllText(file)))
            diagnostics.Add(Diagnostic.Warning($"A line of {Path.GetFileName(file)} does not count: {problem.Message}", new SourcePosition(file, problem.Line)));
    }
}

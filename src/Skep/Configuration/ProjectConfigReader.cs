using System.Collections.Immutable;
using System.Text;
using Skep.Abstractions.Workers;
using Skep.Diagnostics;

namespace Skep.Configuration;

/// <summary>Reads a project's configuration: the wrangler file, its environment, <c>.dev.vars</c> or <c>.env</c>, and variables from the
/// command line.</summary>
internal sealed class ProjectConfigReader(ITomlParser toml)
{
    /// <summary>What the command line adds to the file.</summary>
    /// <param name="Environment">The <c>env</c> to lay over, or null.</param>
    /// <param name="Variables">Plain variables, which win over all others.</param>
    public sealed record Overrides(string? Environment = null, ImmutableArray<KeyValuePair<string, string>> Variables = default);

    /// <summary>The configuration and its warnings.</summary>
    /// <exception cref="DiagnosticException">There are errors; it holds the warnings too.</exception>
    public async Task<(ProjectConfig Project, ImmutableArray<Diagnostic> Warnings)> ReadAsync(
        ProjectLocation location, Overrides overrides, CancellationToken cancellation = default)
    {
        var diagnostics = new List<Diagnostic>();
        var project = location.ConfigFile is null
            ? WithoutFile(location)
            : Translate(location, await ReadTreeAsync(location.ConfigFile, cancellation), overrides, diagnostics);

        var bindings = project.Bindings.ToBuilder();
        var secrets = SecretFiles(location.Root, overrides.Environment);
        foreach (var file in secrets.Read)
        {
            var text = await File.ReadAllTextAsync(file, cancellation);
            foreach (var (name, value) in DotEnvFile.Parse(file, text, diagnostics)) Set(bindings, new SecretTextBinding(name, value));
        }

        foreach (var (name, value) in overrides.Variables.IsDefault ? [] : overrides.Variables) Set(bindings, new TextBinding(name, value));

        if (diagnostics.Any(diagnostic => diagnostic.Severity == Severity.Error)) throw new DiagnosticException([.. diagnostics]);
        ImmutableArray<string> sources = location.ConfigFile is null ? secrets.Watch : [location.ConfigFile, .. secrets.Watch];
        return (project with { Bindings = bindings.ToImmutable(), Sources = sources }, [.. diagnostics]);
    }

    /// <summary>What the project keeps. Mistakes elsewhere in the configuration, such as a file with the handlers that was not built yet, are
    /// no obstacle to that.</summary>
    /// <exception cref="DiagnosticException">There are errors in what was asked for.</exception>
    public async Task<StoredResources> ReadStoredAsync(ProjectLocation location, string? environment, CancellationToken cancellation = default)
    {
        if (location.ConfigFile is not { } file) return new StoredResources(location, [], [], []);
        List<Diagnostic> diagnostics = [];
        var top = Top(await ReadTreeAsync(file, cancellation));
        var stored = StoredResources.Read(location, new ConfigSection(EnvironmentOverlay.Apply(top, environment, diagnostics), "", diagnostics));
        return diagnostics.Any(diagnostic => diagnostic.Severity == Severity.Error) ? throw new DiagnosticException([.. diagnostics]) : stored;
    }

    /// <summary>The files with variables that a project in this folder may have.</summary>
    public static ImmutableArray<string> VariableFiles(string root, string? environment) => SecretFiles(root, environment).Watch;

    private static ProjectConfig WithoutFile(ProjectLocation location) => new()
    {
        Name = WorkerNames.FromPath(location.Entry!, location.Root),
        Root = location.Root,
        Entry = location.Entry!,
        ModuleRoot = Path.GetDirectoryName(location.Entry!)!,
    };

    private async Task<ConfigNode> ReadTreeAsync(string file, CancellationToken cancellation)
    {
        var bytes = await File.ReadAllBytesAsync(file, cancellation);
        if (!file.EndsWith(".toml", StringComparison.OrdinalIgnoreCase)) return JsonConfigReader.Read(file, bytes);
        var text = Encoding.UTF8.GetString(bytes);
        var json = await toml.ToJsonAsync(file, text, cancellation);
        return TomlPositions.Apply(JsonConfigReader.Read(file, json.Span, positioned: false), file, text);
    }

    private static ProjectConfig Translate(
        ProjectLocation location, ConfigNode tree, Overrides overrides, List<Diagnostic> diagnostics)
    {
        var top = Top(tree);
        new ConfigSection(top, "", diagnostics).WarnAboutUnknown(KnownKeys.TopLevel);
        var section = new ConfigSection(EnvironmentOverlay.Apply(top, overrides.Environment, diagnostics), "", diagnostics);
        WarnAboutProducts(section, diagnostics);

        var root = location.Root;
        var assetsOnly = location.Entry is null && AssetsReader.IsAlone(section);
        var entry = assetsOnly ? "" : location.Entry ?? Entry(section, root, diagnostics);
        var queues = QueueReader.Read(section, diagnostics);
        var noBundle = section.Boolean("no_bundle") ?? false;
        var name = Name(section, root, diagnostics);
        var (objectClasses, objectBindings) = new ObjectClassReader(section, name, diagnostics).Read();
        return new ProjectConfig
        {
            File = location.ConfigFile,
            Name = name,
            Root = root,
            Entry = entry,
            CompatibilityDate = CompatibilityReader.Date(section, diagnostics),
            CompatibilityFlags = CompatibilityReader.Flags(section, diagnostics),
            Bindings =
            [
                .. Variables(section, diagnostics),
                .. ServiceBindingReader.Read(section),
                .. DispatchNamespaceReader.Read(section),
                .. WorkerLoaderReader.Read(section),
                .. StorageBindings.Read(section, diagnostics),
                .. queues.Producers,
                .. PlatformBindings.Read(section, diagnostics),
                .. objectBindings,
                .. AssetsReader.Binding(section) is { } assets ? [assets] : Array.Empty<Binding>(),
            ],
            ObjectClasses = objectClasses,
            Assets = AssetsReader.Read(section, root, hasWorker: !assetsOnly, diagnostics),
            Rules = [.. Rules(section, diagnostics)],
            NoBundle = noBundle,
            FindAdditionalModules = section.Boolean("find_additional_modules") ?? noBundle,
            PreserveFileNames = section.Boolean("preserve_file_names") ?? false,
            ModuleRoot = section.String("base_dir") is { } baseFolder ? Path.GetFullPath(baseFolder, root) : assetsOnly ? root : Path.GetDirectoryName(entry)!,
            Minify = section.Boolean("minify") ?? false,
            KeepNames = section.Boolean("keep_names") ?? true,
            Define = section.StringMap("define"),
            Alias = section.StringMap("alias"),
            Tsconfig = section.String("tsconfig") is { } tsconfig ? Path.GetFullPath(tsconfig, root) : null,
            JsxFactory = section.String("jsx_factory"),
            JsxFragment = section.String("jsx_fragment"),
            TailConsumers = [.. TailConsumerReader.Read(section)],
            Crons = section.Section("triggers", "crons")?.Strings("crons") ?? [],
            QueueConsumers = queues.Consumers,
            Limits = Limits(section),
            Build = Build(section, root),
        };
    }

    private static ConfigObject Top(ConfigNode tree) =>
        tree as ConfigObject ?? throw new DiagnosticException(Diagnostic.Error("A configuration must be an object: { \"name\": …, \"main\": … }", tree.Position));

    private static string Name(ConfigSection section, string root, List<Diagnostic> diagnostics)
    {
        if (section.String("name") is not { } name) return WorkerNames.FromFolder(root);
        if (!WorkerNames.IsValid(name))
        {
            diagnostics.Add(Diagnostic.Error(
                $"\"{name}\" is no name for a Worker", section.PositionOf("name"),
                "Use letters, digits, hyphens and underscores, beginning with a letter or a digit."));
        }

        return name;
    }

    private static string Entry(ConfigSection section, string root, List<Diagnostic> diagnostics)
    {
        if (section.String("main") is not { } main)
        {
            if (section.Has("main")) return Path.Combine(root, "index.js");
            try
            {
                return ProjectLocation.EntryIn(root);
            }
            catch (DiagnosticException)
            {
                section.Require("main", "Name the file with the handlers: \"main\": \"src/index.ts\".");
                return Path.Combine(root, "index.js");
            }
        }

        var entry = Path.GetFullPath(main, root);
        if (!File.Exists(entry) && !section.Has("build"))
        {
            var remedy = Directory.Exists(entry) ? "It is a folder: name the file." : "Correct the path; it is relative to this file.";
            diagnostics.Add(Diagnostic.Error($"\"main\" names {main}, which does not exist", section.PositionOf("main"), remedy));
        }
        else if (entry.EndsWith(".py", StringComparison.Ordinal))
        {
            diagnostics.Add(Diagnostic.Error("Python Workers are not supported", section.PositionOf("main"), "Use JavaScript or TypeScript."));
        }

        return entry;
    }

    private static IEnumerable<Binding> Variables(ConfigSection section, List<Diagnostic> diagnostics)
    {
        switch (section.Node.Find("vars")?.Value)
        {
            case null or ConfigNull:
                yield break;
            case ConfigObject variables:
                foreach (var member in variables.Members)
                {
                    yield return member.Value is ConfigString text
                        ? new TextBinding(member.Name, text.Value)
                        : new JsonBinding(member.Name, ConfigJson.Write(member.Value));
                }

                break;
            case var other:
                diagnostics.Add(Diagnostic.Error($"\"vars\" must be an object, but is {other.KindWithArticle}", other.Position));
                break;
        }
    }

    private static IEnumerable<ModuleRule> Rules(ConfigSection section, List<Diagnostic> diagnostics)
    {
        foreach (var rule in section.Sections("rules", "type", "globs", "fallthrough"))
        {
            rule.Require("type", $"Use one of {string.Join(", ", ModuleRule.Types)}.");
            rule.Require("globs", "Say which files: \"globs\": [\"**/*.md\"].");
            var type = rule.String("type");
            if (type is not null && !ModuleRule.Types.Contains(type))
            {
                var meant = Spelling.Nearest(type, ModuleRule.Types);
                diagnostics.Add(Diagnostic.Error(
                    $"\"{type}\" is no type of module", rule.PositionOf("type"),
                    meant is null ? $"Use one of {string.Join(", ", ModuleRule.Types)}." : $"Did you mean \"{meant}\"?"));
            }
            else if (type is not null)
            {
                yield return new ModuleRule(type, rule.Strings("globs"), rule.Boolean("fallthrough"));
            }
        }
    }

    private static WorkerLimits Limits(ConfigSection section)
    {
        var limits = WorkerLimits.Default;
        if (section.Section("limits", "cpu_ms", "subrequests") is not { } given) return limits;
        if (given.Integer("cpu_ms", 1) is { } milliseconds) limits = limits.WithCpuTime(TimeSpan.FromMilliseconds(milliseconds));
        if (given.Integer("subrequests", 1) is { } subrequests) limits = limits with { Subrequests = (int)Math.Min(subrequests, int.MaxValue) };
        return limits;
    }

    private static CustomBuild? Build(ConfigSection section, string root)
    {
        if (section.Section("build", "command", "cwd", "watch_dir") is not { } build) return null;
        if (build.String("command") is not { } command) return null;
        var watched = build.OneOrMoreStrings("watch_dir");
        return new CustomBuild(
            command,
            Path.GetFullPath(build.String("cwd") ?? ".", root),
            [.. (watched.IsEmpty ? ["./src"] : watched).Select(folder => Path.GetFullPath(folder, root))]);
    }

    private static void WarnAboutProducts(ConfigSection section, List<Diagnostic> diagnostics)
    {
        var products = section.Node.Members.Where(member => KnownKeys.NotYet.Contains(member.Name) && !IsEmpty(member.Value)).ToArray();
        if (products.Length == 0) return;
        diagnostics.Add(Diagnostic.Warning(
            $"Not available yet, and absent from env: {string.Join(", ", products.Select(member => member.Name))}",
            products[0].Position));
    }

    private static bool IsEmpty(ConfigNode node) =>
        node is ConfigNull or ConfigObject { Members.IsEmpty: true } or ConfigArray { Items.IsEmpty: true };

    /// <summary><c>.dev.vars</c>, which an environment's own file replaces; without either the <c>.env</c> files, each over those
    /// before it (https://developers.cloudflare.com/workers/configuration/environment-variables/#secrets-in-local-development).</summary>
    private static (ImmutableArray<string> Read, ImmutableArray<string> Watch) SecretFiles(string root, string? environment)
    {
        var general = Path.Combine(root, ".dev.vars");
        var common = Path.Combine(root, ".env");
        ImmutableArray<string> own = environment is null ? [general] : [general, $"{general}.{environment}"];
        ImmutableArray<string> shared = environment is null
            ? [common, $"{common}.local"]
            : [common, $"{common}.{environment}", $"{common}.local", $"{common}.{environment}.local"];
        ImmutableArray<string> watch = [.. own, .. shared];
        if (own.LastOrDefault(File.Exists) is { } found) return ([found], watch);
        var unwanted = Environment.GetEnvironmentVariable("CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV") == "false";
        return (unwanted ? [] : [.. shared.Where(File.Exists)], watch);
    }

    private static void Set(ImmutableArray<Binding>.Builder bindings, Binding binding)
    {
        bindings.RemoveAll(existing => existing.Name == binding.Name);
        bindings.Add(binding);
    }
}

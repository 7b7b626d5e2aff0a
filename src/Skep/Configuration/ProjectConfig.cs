using System.Collections.Immutable;
using Skep.Abstractions.Assets;
using Skep.Abstractions.Objects;
using Skep.Abstractions.Workers;
using Flags = Skep.Abstractions.Compatibility.CompatibilityFlags;

namespace Skep.Configuration;

/// <summary>A project as configured: everything a build and a start of it need. Paths are absolute.</summary>
internal sealed record ProjectConfig
{
    public required string Name { get; init; }

    /// <summary>The folder that relative paths and packages are resolved from.</summary>
    public required string Root { get; init; }

    /// <summary>The file with the handlers; empty for a project that is static assets only.</summary>
    public required string Entry { get; init; }

    /// <summary>Its static assets, or null.</summary>
    public AssetDirectory? Assets { get; init; }

    /// <summary>The configuration file, or null when there is none.</summary>
    public string? File { get; init; }

    public string CompatibilityDate { get; init; } = CompatibilityDates.Newest;

    public ImmutableArray<string> CompatibilityFlags { get; init; } = [];

    public ImmutableArray<Binding> Bindings { get; init; } = [];

    /// <summary>Its classes whose instances are Durable Objects.</summary>
    public ImmutableArray<ObjectClass> ObjectClasses { get; init; } = [];

    public ImmutableArray<ModuleRule> Rules { get; init; } = [];

    /// <summary>Where modules that are not bundled are looked for, and named relative to.</summary>
    public required string ModuleRoot { get; init; }

    public bool FindAdditionalModules { get; init; }

    public bool PreserveFileNames { get; init; }

    public bool NoBundle { get; init; }

    public bool Minify { get; init; }

    public bool KeepNames { get; init; } = true;

    public ImmutableSortedDictionary<string, string> Define { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public ImmutableSortedDictionary<string, string> Alias { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public string? Tsconfig { get; init; }

    public string? JsxFactory { get; init; }

    public string? JsxFragment { get; init; }

    public ImmutableArray<string> Crons { get; init; } = [];

    /// <summary>The queues whose messages it gets.</summary>
    public ImmutableArray<ConsumedQueue> QueueConsumers { get; init; } = [];

    /// <summary>The Workers that take its traces.</summary>
    public ImmutableArray<string> TailConsumers { get; init; } = [];

    public WorkerLimits Limits { get; init; } = WorkerLimits.Default;

    public CustomBuild? Build { get; init; }

    /// <summary>Files that the configuration was read from, or would be if they existed: a change of one means reading again.</summary>
    public ImmutableArray<string> Sources { get; init; } = [];

    /// <summary>Whether a compatibility flag is on: given, or by the compatibility date.</summary>
    public bool IsOn(string flag) => Flags.On(CompatibilityDate, CompatibilityFlags).Contains(flag);
}

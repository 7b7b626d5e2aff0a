using System.Collections.Immutable;
using Skep.Abstractions.Assets;
using Skep.Abstractions.Objects;

namespace Skep.Abstractions.Workers;

/// <summary>One immutable version of a script: code, bindings and the behaviour it was written for.</summary>
public sealed record WorkerVersion
{
    /// <summary>The newest <c>yyyy-mm-dd</c> that the runtime knows.</summary>
    public const string NewestCompatibilityDate = "2026-11-17";

    /// <summary>The script's name.</summary>
    public required string Name { get; init; }

    /// <summary>Identifies the version; two versions with the same id are the same.</summary>
    public string Id { get; init; } = Guid.NewGuid().ToString();

    /// <summary>All modules; with <see cref="ScriptSyntax.ServiceWorker"/> the main one is the script.</summary>
    public required ImmutableArray<ScriptModule> Modules { get; init; }

    /// <summary>The name of the module to run.</summary>
    public required string MainModule { get; init; }

    /// <summary>Module or service-worker syntax.</summary>
    public ScriptSyntax Syntax { get; init; }

    /// <summary><c>yyyy-mm-dd</c>: which behaviour changes apply.</summary>
    public string CompatibilityDate { get; init; } = NewestCompatibilityDate;

    /// <summary>Behaviour switches beside the date.</summary>
    public ImmutableArray<string> CompatibilityFlags { get; init; } = [];

    /// <summary>What <c>env</c> holds.</summary>
    public ImmutableArray<Binding> Bindings { get; init; } = [];

    /// <summary>Its classes whose instances are Durable Objects.</summary>
    public ImmutableArray<ObjectClass> ObjectClasses { get; init; } = [];

    /// <summary>What an isolate of it may use.</summary>
    public WorkerLimits Limits { get; init; } = WorkerLimits.Default;

    /// <summary>Its static assets, or null. A version with assets need not have modules.</summary>
    public AssetSource? Assets { get; init; }

    /// <summary>What stands for a version of which no more is known yet: it has not been read or built.</summary>
    public static WorkerVersion Unread(string name) => new() { Name = name, Modules = [], MainModule = "" };
}

using System.Collections.Immutable;
using Skep.Abstractions.Objects;
using Skep.Abstractions.Workers;

namespace Skep.Abstractions.Catalog;

/// <summary>One immutable upload of a script, as it is stored: the code by the hash of its content, the bindings in the words of
/// the upload API, secrets encrypted.</summary>
public sealed record ScriptVersion
{
    /// <summary>A UUID, lower case.</summary>
    public required string Id { get; init; }

    /// <summary>The script it belongs to.</summary>
    public required string Script { get; init; }

    /// <summary>1 for the script's first version, then counted up. The catalog gives it.</summary>
    public int Number { get; init; }

    /// <summary>When it was uploaded.</summary>
    public required DateTimeOffset CreatedOn { get; init; }

    /// <summary>Which client made it: <c>wrangler</c>, <c>api</c>.</summary>
    public string Source { get; init; } = "api";

    /// <summary>The token that made it, by name.</summary>
    public string Author { get; init; } = "";

    /// <summary><c>workers/message</c>, <c>workers/tag</c>, <c>workers/triggered_by</c>…</summary>
    public ImmutableDictionary<string, string> Annotations { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The name of the module to run; empty for a version that is static assets only.</summary>
    public required string MainModule { get; init; }

    /// <summary>Module or service-worker syntax.</summary>
    public ScriptSyntax Syntax { get; init; }

    /// <summary>All modules.</summary>
    public required ImmutableArray<VersionModule> Modules { get; init; }

    /// <summary><c>yyyy-mm-dd</c>: which behaviour changes apply.</summary>
    public required string CompatibilityDate { get; init; }

    /// <summary>Behaviour switches beside the date.</summary>
    public ImmutableArray<string> CompatibilityFlags { get; init; } = [];

    /// <summary>What <c>env</c> holds: an array of binding objects, each with <c>type</c> and <c>name</c>; secrets without their text.</summary>
    public string Bindings { get; init; } = "[]";

    /// <summary>The script's classes whose instances are Durable Objects, by the names that this version has for them.</summary>
    public ImmutableArray<ObjectClass> ObjectClasses { get; init; } = [];

    /// <summary>The encrypted texts of the bindings of type <c>secret_text</c>, by name.</summary>
    public ImmutableDictionary<string, byte[]> Secrets { get; init; } = ImmutableDictionary<string, byte[]>.Empty;

    /// <summary>CPU time of one invocation in milliseconds, or null for the default.</summary>
    public int? CpuMilliseconds { get; init; }

    /// <summary>Subrequests of one invocation, or null for the default.</summary>
    public int? Subrequests { get; init; }

    /// <summary>What it exports, e.g. <c>fetch</c>, <c>scheduled</c>, <c>Admin.fetch</c>.</summary>
    public ImmutableArray<string> Handlers { get; init; } = [];

    /// <summary>How long its global scope ran when it was checked, in milliseconds.</summary>
    public int StartupMilliseconds { get; init; }

    /// <summary>Its static assets, or null.</summary>
    public VersionAssets? Assets { get; init; }
}

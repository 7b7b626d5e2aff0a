using System.Collections.Immutable;

namespace Skep.Abstractions.Catalog;

/// <summary>What one call changes about a script. It happens whole or not at all.</summary>
public sealed record CatalogChange
{
    /// <summary>The script as it shall be; it is created when there is none of its name.</summary>
    public required Script Script { get; init; }

    /// <summary>Other scripts that change with it: a class was transferred from them.</summary>
    public ImmutableArray<Script> Others { get; init; } = [];

    /// <summary>A version to add, or null.</summary>
    public ScriptVersion? Version { get; init; }

    /// <summary>Contents that the version's modules name, by hash; those that are stored already may be left out.</summary>
    public ImmutableDictionary<string, ReadOnlyMemory<byte>> Contents { get; init; } = ImmutableDictionary<string, ReadOnlyMemory<byte>>.Empty;

    /// <summary>A deployment to add, or null. It is the script's newest from then on.</summary>
    public Deployment? Deployment { get; init; }

    /// <summary>What the audit log says about it.</summary>
    public required AuditEntry Audit { get; init; }
}

using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Objects;

namespace Skep.Control.Uploads;

/// <summary>What an upload's migrations change. It is stored with the deployment, all of it or nothing.</summary>
/// <param name="Classes">The script's classes from then on.</param>
/// <param name="Tag">The tag of its last migration from then on.</param>
internal sealed record ClassChange(ImmutableArray<ObjectClass> Classes, string? Tag)
{
    public static ClassChange None { get; } = new([], null);

    /// <summary>Scripts that classes were transferred from, as they are then.</summary>
    public ImmutableArray<Script> Others { get; init; } = [];

    /// <summary>Classes that go with all that their objects stored.</summary>
    public ImmutableArray<ObjectClass> Deleted { get; init; } = [];

    /// <summary>What became of declared classes; null when they were not declared but migrated.</summary>
    public JsonObject? Reconciliation { get; init; }
}

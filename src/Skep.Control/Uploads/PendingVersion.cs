using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;

namespace Skep.Control.Uploads;

/// <summary>A version that has been checked and is not stored yet, with the contents of its modules by hash.</summary>
/// <param name="Version">The version.</param>
/// <param name="Contents">What its modules name.</param>
internal sealed record PendingVersion(ScriptVersion Version, ImmutableDictionary<string, ReadOnlyMemory<byte>> Contents)
{
    /// <summary>What the upload said of the version, and of its script.</summary>
    public JsonObject Metadata { get; init; } = [];

    /// <summary>What its migrations change about the script and others.</summary>
    public ClassChange Classes { get; init; } = ClassChange.None;
}

using System.Collections.Immutable;

namespace Skep.Abstractions.Catalog;

/// <summary>Which versions of a script serve, from the moment it is made until the next one is.</summary>
public sealed record Deployment
{
    /// <summary>A UUID.</summary>
    public required string Id { get; init; }

    /// <summary>The script that is deployed.</summary>
    public required string Script { get; init; }

    /// <summary>When it took effect.</summary>
    public required DateTimeOffset CreatedOn { get; init; }

    /// <summary>Which client made it.</summary>
    public string Source { get; init; } = "api";

    /// <summary>The token that made it, by name.</summary>
    public string Author { get; init; } = "";

    /// <summary>One version, or two with the share of requests that each gets.</summary>
    public required ImmutableArray<VersionShare> Versions { get; init; }

    /// <summary><c>workers/message</c>, <c>workers/triggered_by</c>.</summary>
    public ImmutableDictionary<string, string> Annotations { get; init; } = ImmutableDictionary<string, string>.Empty;
}

/// <summary>A version's part of a deployment.</summary>
/// <param name="VersionId">The version.</param>
/// <param name="Percentage">Of the requests, over 0 and at most 100; those of a deployment add up to 100.</param>
public sealed record VersionShare(string VersionId, double Percentage);

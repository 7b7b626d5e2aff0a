using System.Collections.Immutable;

namespace Skep.Abstractions.Channels;

/// <summary>What to take out of the caches, of one zone (https://developers.cloudflare.com/cache/how-to/purge-cache/).</summary>
/// <param name="Zone">The zone's id: only responses of URLs in it are meant.</param>
public sealed record CachePurge(string Zone)
{
    /// <summary>All of them.</summary>
    public bool Everything { get; init; }

    /// <summary>Those of these URLs.</summary>
    public ImmutableArray<string> Urls { get; init; } = [];

    /// <summary>Those that bear one of these tags.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>Those below one of these: host and path, such as <c>www.example.com/images</c>.</summary>
    public ImmutableArray<string> Prefixes { get; init; } = [];

    /// <summary>Those of these hosts.</summary>
    public ImmutableArray<string> Hosts { get; init; } = [];
}

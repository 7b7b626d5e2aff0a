using Skep.Abstractions.Channels;

namespace Skep.Edge.Caching;

/// <summary>A response that is kept.</summary>
internal sealed class CacheEntry
{
    // What an entry takes beside its strings and its body, about.
    private const int Overhead = 512;

    private Guid? _id;

    /// <summary>Later entries have greater ones.</summary>
    public Guid Id => _id ??= Body.File?.Id ?? Guid.CreateVersion7();

    public required CacheKey Key { get; init; }

    public required int Status { get; init; }

    public required string StatusText { get; init; }

    /// <summary>The headers as they are handed out, but for the age.</summary>
    public required IReadOnlyList<string> Headers { get; init; }

    /// <summary>Headers of the request that chose this response, by name, and their values then.</summary>
    public required IReadOnlyList<(string Name, string? Value)> Varies { get; init; }

    public required CachedBody Body { get; init; }

    /// <summary>From when until when it is fresh; a revalidation puts both off.</summary>
    public required Freshness Freshness { get; set; }

    /// <summary>The URL that was asked for, when the key is another one.</summary>
    public string? RequestedUrl { get; init; }

    /// <summary>The URL that it is purged by.</summary>
    public string Url => RequestedUrl ?? Key.Url;

    /// <summary>The URL that answered, when redirects led to another one than the key's.</summary>
    public string? FinalUrl { get; init; }

    /// <summary>What it can be purged by, lower case.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>How long it may be used when it is stale: while it is asked for anew, and when the origin fails.</summary>
    public TimeSpan StaleWhileRevalidate { get; init; }

    /// <inheritdoc cref="StaleWhileRevalidate"/>
    public TimeSpan StaleIfError { get; init; }

    /// <summary>It was taken out of the cache. Guarded by the index.</summary>
    public bool IsRemoved { get; set; }

    /// <summary>Its place in the order of use.</summary>
    public LinkedListNode<CacheEntry>? Node { get; set; }

    public long MemoryBytes => Overhead + (2L * (Key.Namespace.Length + Key.Url.Length + Headers.Sum(static text => text.Length + 16))) + Body.MemoryBytes;

    public long DiskBytes => Body.DiskBytes;

    /// <summary>Whether a request with these headers gets this response (RFC 9111 section 4.1).</summary>
    public bool Suits(IReadOnlyList<string> requestHeaders)
    {
        foreach (var (name, value) in Varies)
        {
            if (HeaderFields.Find(requestHeaders, name) != value) return false;
        }

        return true;
    }
}

using Skep.Abstractions.Channels;

namespace Skep.Edge.Caching;

/// <summary>A response that is kept.</summary>
internal sealed class CacheEntry
{
    // What an entry takes beside its strings and its body, about.
    private const int Overhead = 512;

    public required CacheKey Key { get; init; }

    public required int Status { get; init; }

    public required string StatusText { get; init; }

    /// <summary>The headers as they are handed out, but for the age.</summary>
    public required IReadOnlyList<string> Headers { get; init; }

    /// <summary>Headers of the request that chose this response, by name, and their values then.</summary>
    public required IReadOnlyList<(string Name, string? Value)> Varies { get; init; }

    public required CachedBody Body { get; init; }

    /// <summary>When it came, less the age it had.</summary>
    public required DateTimeOffset Born { get; init; }

    public required DateTimeOffset StaleAt { get; init; }

    /// <summary>Its place in the order of use.</summary>
    public LinkedListNode<CacheEntry>? Node { get; set; }

    public long MemoryBytes => Overhead + (2L * (Key.Namespace.Length + Key.Url.Length + Headers.Sum(static text => text.Length + 16))) + (Body.IsOnDisk ? 0 : Body.Length);

    public long DiskBytes => Body.IsOnDisk ? Body.Length : 0;

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

using Skep.Abstractions.Channels;
using Skep.Abstractions.Routing;

namespace Skep.Edge.Caching;

/// <summary>Which entries a purge means.</summary>
internal sealed class PurgeMatcher(CachePurge purge)
{
    private readonly HashSet<string> _urls = [.. purge.Urls.Select(Normal)];
    private readonly HashSet<string> _hosts = new(purge.Hosts, StringComparer.OrdinalIgnoreCase);

    /// <summary>The tags that narrow the search; null when anything may be meant.</summary>
    public IReadOnlyCollection<string>? Tags { get; } = purge.Tags.IsEmpty ? null : [.. purge.Tags.Select(static tag => tag.ToLowerInvariant())];

    public bool Matches(CacheEntry entry)
    {
        if (!Uri.TryCreate(entry.Url, UriKind.Absolute, out var url)) return purge.Everything;
        if (!ZoneId.Covers(purge.Zone, url.IdnHost)) return false;
        return purge.Everything
            || Tags is not null // found by them
            || _urls.Contains(url.AbsoluteUri)
            || _hosts.Contains(url.IdnHost)
            || purge.Prefixes.Any(prefix => IsBelow(url, prefix));
    }

    private static string Normal(string url) => Uri.TryCreate(url, UriKind.Absolute, out var parsed) ? parsed.AbsoluteUri : url;

    // host/path without a scheme; whole segments: example.com/a has example.com/a/b below it and not example.com/ab.
    private static bool IsBelow(Uri url, string prefix)
    {
        var scheme = prefix.IndexOf("://", StringComparison.Ordinal);
        var rest = (scheme < 0 ? prefix : prefix[(scheme + 3)..]).TrimEnd('/');
        var own = $"{url.Authority}{url.AbsolutePath}";
        return own.StartsWith(rest, StringComparison.OrdinalIgnoreCase) && (own.Length == rest.Length || own[rest.Length] == '/');
    }
}

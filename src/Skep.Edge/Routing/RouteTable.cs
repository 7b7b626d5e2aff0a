using System.Collections.Frozen;
using System.Collections.Immutable;
using Skep.Abstractions.Routing;

namespace Skep.Edge.Routing;

/// <summary>Which script answers for a URL. Made anew for every change, and read without a lock. A look-up costs one dictionary
/// access for the host and one for each domain above it, however many routes there are.</summary>
internal sealed class RouteTable
{
    private readonly FrozenDictionary<string, VersionSplit>.AlternateLookup<ReadOnlySpan<char>> _hosts;
    private readonly FrozenDictionary<string, VersionSplit>.AlternateLookup<ReadOnlySpan<char>> _previews;
    private readonly FrozenDictionary<string, ImmutableArray<Entry>>.AlternateLookup<ReadOnlySpan<char>> _exact;
    private readonly FrozenDictionary<string, ImmutableArray<Entry>>.AlternateLookup<ReadOnlySpan<char>> _domains;

    public RouteTable(IEnumerable<RoutedScript> served)
    {
        var all = served.ToArray();
        _hosts = all.SelectMany(each => each.Script.Hosts.Select(host => KeyValuePair.Create(host, each.Split)))
            .DistinctBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase)
            .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
        _previews = all.SelectMany(each => each.Previews)
            .DistinctBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase)
            .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
        var entries = all.SelectMany(each => each.Script.Routes.Select(pattern => new Entry(pattern, each.Split))).ToLookup(each => each.Pattern.Subdomains);
        _exact = Group(entries[false]);
        _domains = Group(entries[true]);
    }

    private readonly record struct Entry(RoutePattern Pattern, VersionSplit Split);

    /// <summary>The hosts that lead somewhere whatever the path.</summary>
    public IEnumerable<string> Hosts => _hosts.Dictionary.Keys;

    /// <summary>Routes win over hosts; of the routes, a host that is spelled out, then the nearest domain.</summary>
    public VersionSplit? Find(in RoutingRequest request)
    {
        if (_exact.TryGetValue(request.Host, out var exact) && Match(exact, request, apex: true) is { } route) return route;
        if (_domains.Dictionary.Count > 0 && FindByDomain(request) is { } wildcard) return wildcard;
        if (_hosts.TryGetValue(request.Host, out var split)) return split;
        return _previews.TryGetValue(request.Host, out var preview) ? preview : null;
    }

    private VersionSplit? FindByDomain(in RoutingRequest request)
    {
        var domain = request.Host;
        for (var apex = true; ; apex = false)
        {
            if (_domains.TryGetValue(domain, out var entries) && Match(entries, request, apex) is { } found) return found;
            var dot = domain.IndexOf('.');
            if (dot < 0) return null;
            domain = domain[(dot + 1)..];
        }
    }

    private static VersionSplit? Match(ImmutableArray<Entry> entries, in RoutingRequest request, bool apex)
    {
        foreach (var entry in entries)
        {
            if ((!apex || entry.Pattern.Apex) && entry.Pattern.MatchesPath(request.Path, request.Https)) return entry.Split;
        }

        return null;
    }

    private static FrozenDictionary<string, ImmutableArray<Entry>>.AlternateLookup<ReadOnlySpan<char>> Group(IEnumerable<Entry> entries) =>
        entries.GroupBy(entry => entry.Pattern.Host, StringComparer.OrdinalIgnoreCase)
            .ToFrozenDictionary(
                group => group.Key,
                group => group.Order(Comparer<Entry>.Create((a, b) => RoutePattern.CompareSpecificity(a.Pattern, b.Pattern))).ToImmutableArray(),
                StringComparer.OrdinalIgnoreCase)
            .GetAlternateLookup<ReadOnlySpan<char>>();
}

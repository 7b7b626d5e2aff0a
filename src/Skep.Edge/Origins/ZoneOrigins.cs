using System.Collections.Frozen;

namespace Skep.Edge.Origins;

/// <summary>Zones and the servers behind them. A worker's own requests to a host of such a zone go to its server too, and not
/// through the workers again.</summary>
public sealed class ZoneOrigins
{
    private readonly FrozenDictionary<string, ZoneOrigin>.AlternateLookup<ReadOnlySpan<char>> _byZone;

    /// <summary>A table; of two for one zone the last counts.</summary>
    public ZoneOrigins(IEnumerable<ZoneOrigin> origins) =>
        _byZone = origins.GroupBy(origin => origin.Zone, StringComparer.OrdinalIgnoreCase)
            .ToFrozenDictionary(group => group.Key, group => group.Last(), StringComparer.OrdinalIgnoreCase)
            .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>No zone has one.</summary>
    public static ZoneOrigins Empty { get; } = new([]);

    /// <summary>True when no zone has one.</summary>
    public bool IsEmpty => _byZone.Dictionary.Count == 0;

    /// <summary>The server of the nearest zone that the host is in, or null.</summary>
    public ZoneOrigin? Find(ReadOnlySpan<char> host)
    {
        if (IsEmpty)
            return null;
        while (true)
        {
            if (_byZone.TryGetValue(host, out ZoneOrigin? origin))
                return origin;
            int dot = host.IndexOf('.');
            if (dot < 0)
                return null;
            host = host[(dot + 1)..];
        }
    }
}

using System.Collections.Concurrent;

namespace Skep.Edge.Outbound.Http1;

/// <summary>The origins that were lately asked for. Swept now and then, so that neither connections nor names pile up.</summary>
internal sealed class ConnectionPool : IDisposable
{
    private readonly ConcurrentDictionary<string, Origin> _origins = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Origin>.AlternateLookup<ReadOnlySpan<char>> _byOrigin;
    private readonly TimeSpan _idleTimeout;
    private readonly TimeSpan _lifetime;
    private readonly TimeProvider _time;
    private readonly ITimer _sweeping;

    public ConnectionPool(TimeSpan idleTimeout, TimeSpan lifetime, TimeProvider time)
    {
        (_idleTimeout, _lifetime, _time) = (idleTimeout, lifetime, time);
        _byOrigin = _origins.GetAlternateLookup<ReadOnlySpan<char>>();
        TimeSpan period = idleTimeout / 4;
        _sweeping = time.CreateTimer(static self => ((ConnectionPool)self!).Sweep(), this, period, period);
    }

    /// <summary>Now, on the clock that connections are dated by.</summary>
    public long Now => _time.GetTimestamp();

    /// <summary>The origin of a URL; null when it names none that could be connected to.</summary>
    public Origin? Find(in HttpUrl url)
    {
        if (_byOrigin.TryGetValue(url.Origin, out Origin? known))
            return known;
        return url.TryGetEndpoint(out Connections.OriginEndpoint? endpoint)
            ? _origins.GetOrAdd(url.Origin.ToString(), new Origin(endpoint!, _idleTimeout, _lifetime, _time))
            : null;
    }

    /// <summary>Closes all connections.</summary>
    public void Dispose()
    {
        _sweeping.Dispose();
        foreach (Origin origin in _origins.Values)
            origin.Retire();
        _origins.Clear();
    }

    private void Sweep()
    {
        foreach ((string key, Origin origin) in _origins)
        {
            if (origin.Sweep())
                _origins.TryRemove(KeyValuePair.Create(key, origin));
        }
    }
}

using System.Collections.Concurrent;
using Skep.Abstractions.Channels;
using Skep.Abstractions.Hyperdrive;
using Skep.Abstractions.Metering;

namespace Skep.Edge.Postgres;

/// <summary>The pools of a process, one for each database that its workers use.</summary>
public sealed class HyperdrivePools : IHyperdrive, IDisposable
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<string, ServerPool> _pools = new(StringComparer.Ordinal);
    private readonly CancelKeys _keys = new();
    private readonly IHyperdriveOrigins? _origins;
    private readonly int _processes;
    private readonly TimeProvider _time;
    private readonly ITimer _sweeper;

    /// <param name="origins">Where configurations lead; null when all bindings are local ones.</param>
    /// <param name="processes">How many processes share a configuration's connections.</param>
    /// <param name="time">The clock.</param>
    public HyperdrivePools(IHyperdriveOrigins? origins, int processes, TimeProvider time)
    {
        (_origins, _processes, _time) = (origins, processes, time);
        _sweeper = time.CreateTimer(static self => ((HyperdrivePools)self!).Sweep(), this, SweepInterval, SweepInterval);
    }

    /// <inheritdoc/>
    public async ValueTask<SocketConnection> ConnectAsync(HyperdriveRoute route, MeterCounter? queries, CancellationToken cancellation)
    {
        var origin = route.Local ?? (_origins is null ? null : await _origins.FindOriginAsync(route.ConfigId, cancellation).ConfigureAwait(false));
        if (origin is null) throw new SubrequestException($"The Hyperdrive configuration {route.ConfigId} does not exist any more.");
        var (worker, pool) = PooledConnection.Create(route.Address);
        _ = ServeAsync(new ClientSession(pool, PoolOf(origin), _keys, queries));
        return worker;
    }

    /// <summary>Closes connections that nobody uses.</summary>
    public void Dispose()
    {
        _sweeper.Dispose();
        foreach (var pool in _pools.Values) pool.Retire();
    }

    /// <summary>Connections to the database of a configuration, open or being opened.</summary>
    internal int Open(string id) => _pools.TryGetValue(id, out var pool) ? pool.Open : 0;

    private static async Task ServeAsync(ClientSession session)
    {
        using (session) await session.RunAsync().ConfigureAwait(false);
    }

    private ServerPool PoolOf(HyperdriveOrigin origin)
    {
        for (;;)
        {
            var known = _pools.GetOrAdd(origin.Id, _ => Create());
            if (known.Origin == origin) return known;
            if (_pools.TryUpdate(origin.Id, Create(), known)) known.Retire();
        }

        ServerPool Create() => new(origin, Math.Max(1, origin.Connections / _processes), _time);
    }

    private void Sweep()
    {
        foreach (var pool in _pools.Values) pool.Sweep();
    }
}

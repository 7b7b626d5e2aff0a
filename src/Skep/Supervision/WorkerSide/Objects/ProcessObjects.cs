using System.Collections.Concurrent;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Objects;
using Skep.Abstractions.Workers;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;
using Skep.Supervision.Peers;

namespace Skep.Supervision.WorkerSide.Objects;

/// <summary>The Durable Objects that this process hosts, and the way to those of others.</summary>
/// <param name="link">The supervisor, who keeps the leases.</param>
/// <param name="arrivals">Brings connections to other processes.</param>
/// <param name="local">What runs the objects of this process.</param>
internal sealed class ProcessObjects : IObjectDirectory, IPeerHost, IObjectPlaces, IDisposable
{
    private const int MostRoutes = 20_000;

    // Connections are there in a moment, unless the host ended between the supervisor's answer and now: it is asked again then.
    private static readonly TimeSpan _connectTimeout = TimeSpan.FromSeconds(1);
    private const int MostConnects = 4;

    private static readonly WorkerError _unreachable = new(WorkerErrorCode.Exception, "Error: The process that hosts the Durable Object cannot be reached.") { IsRetryable = true };

    private readonly LinkConnection _link;
    private readonly ILocalObjects _local;
    private readonly PeerTable _peers;
    private readonly ConcurrentDictionary<ObjectAddress, HostedObject> _hosted = new();
    private readonly ConcurrentDictionary<ObjectAddress, ObjectRoute> _routes = new();
    private readonly CancellationTokenSource _goingDown = new();
    private int _sweeping;
    private volatile bool _isDraining;

    public ProcessObjects(LinkConnection link, DescriptorSocket arrivals, ILocalObjects local)
    {
        (_link, _local) = (link, local);
        _peers = new PeerTable(arrivals, this);
    }

    /// <inheritdoc/>
    public CancellationToken GoingDown => _goingDown.Token;

    /// <summary>Begins to take other processes' events.</summary>
    public void Start() => _peers.Start();

    /// <inheritdoc/>
    public ValueTask<IServedWorker> FindAsync(ObjectAddress address)
    {
        // While events wait in the route, later ones queue behind them.
        if (_hosted.TryGetValue(address, out var hosted) && !hosted.IsLeaving && (!_routes.TryGetValue(address, out var route) || route.IsIdle) && Serve(hosted) is { } served) return new(served);
        return new(RouteTo(address));
    }

    /// <inheritdoc/>
    public PeerTarget? Find(ObjectAddress? address) =>
        address is not null && _hosted.TryGetValue(address, out var hosted) && !hosted.IsLeaving ? new PeerTarget(hosted.Lane, () => hosted.IsLeaving ? null : Serve(hosted)) : null;

    /// <inheritdoc/>
    public async Task<ObjectLocation> LocateAsync(ObjectAddress address, ObjectLocation? before)
    {
        var (after, isCut) = (before?.Epoch ?? 0, before?.Peer is { IsClosed: true });
        for (var connects = 1;; connects++)
        {
            if (_hosted.TryGetValue(address, out var hosted))
            {
                if (!hosted.IsLeaving) return new(hosted.Epoch, null);
                // Its lease is over when the supervisor knows that.
                after = Math.Max(after, hosted.Epoch);
                await hosted.Left;
            }

            ObjectPlace place;
            try
            {
                place = await _link.AskAsync<ObjectQuestion, ObjectPlace>(LinkMethod.FindObject, new(address, after, isCut));
            }
            catch (LinkException)
            {
                throw new ObjectUnavailableException(_unreachable, retryable: true);
            }

            if (place.IsYou)
            {
                Host(address, place.Epoch);
                _link.Notify(LinkMethod.ObjectHosted, LinkRecords.Write(new ObjectLeaseChange(address, place.Epoch)));
                return new(place.Epoch, null);
            }

            try
            {
                return new(place.Epoch, await _peers.GetAsync(place.Host ?? 0).WaitAsync(_connectTimeout));
            }
            catch (TimeoutException)
            {
                if (connects == MostConnects) throw new ObjectUnavailableException(_unreachable, retryable: true);
                (after, isCut) = (place.Epoch, true);
            }
        }
    }

    /// <inheritdoc/>
    public bool TryDeliver(ObjectAddress address, CarriedEvent carried)
    {
        while (_hosted.TryGetValue(address, out var hosted) && !hosted.IsLeaving)
        {
            if (Serve(hosted) is not { } served)
            {
                carried.Fail(NotDeployed(address));
                return true;
            }

            if (!served.TryEnter()) continue;
            try
            {
                carried.Deliver(served.Worker);
            }
            finally
            {
                served.Leave();
            }

            return true;
        }

        return false;
    }

    /// <summary>Hosts an object from now on.</summary>
    public void Host(ObjectAddress address, long epoch)
    {
        HostedObject hosted = new(address, epoch);
        _hosted[address] = hosted;
        // It came while this process goes down: at once to another.
        if (_isDraining) _ = LetGoAsync(hosted);
    }

    /// <summary>Whether the object is in this process.</summary>
    public bool IsHost(ObjectAddress address) => _hosted.TryGetValue(address, out var hosted) && !hosted.IsLeaving;

    /// <summary>The worker of an object of this process, for an event of the supervisor's; null when its class is not deployed.</summary>
    public IServedWorker? Hosted(ObjectAddress address) => _hosted.TryGetValue(address, out var hosted) && !hosted.IsLeaving ? Serve(hosted) : null;

    /// <summary>The epoch with which the object's storage is opened.</summary>
    /// <exception cref="ObjectUnavailableException">This process is not its host.</exception>
    public long EpochOf(ObjectAddress address) =>
        _hosted.TryGetValue(address, out var hosted) ? hosted.Epoch : throw new ObjectUnavailableException(_unreachable with { Message = "Error: The Durable Object has another host." }, retryable: true);

    /// <summary>Nothing is left of the object here at the moment, no WebSocket either: another process may host it next.</summary>
    public void OnEvicted(ObjectAddress address)
    {
        if (_hosted.TryGetValue(address, out var hosted)) _ = LetGoAsync(hosted);
    }

    /// <summary>Deployments have changed: objects that another version is to run begin anew. The former one may well stay in service, for a
    /// share of the requests or at a host of its own.</summary>
    public void OnDeployed()
    {
        foreach (var hosted in _hosted.Values)
        {
            if (hosted.Version is { } version && _local.Find(hosted.Address)?.Worker.Version.Id != version) _ = LetGoAsync(hosted);
        }
    }

    /// <summary>Lets go of all objects, for others to host. Ends when all have been let go of.</summary>
    public Task DrainAsync()
    {
        _isDraining = true;
        _goingDown.Cancel();
        return Task.WhenAll(_hosted.Values.Select(LetGoAsync));
    }

    /// <summary>Ends when other processes have taken what was sent to them.</summary>
    public Task FlushAsync() => _peers.FlushAsync();

    /// <inheritdoc/>
    public void Dispose()
    {
        _peers.Dispose();
        _goingDown.Dispose();
    }

    private static WorkerError NotDeployed(ObjectAddress address) =>
        new(WorkerErrorCode.Exception, $"Error: The class of the Durable Object {address.Id} is not deployed. Deploy the Worker that exports it.");

    private HostedEntry? Serve(HostedObject hosted)
    {
        if (_local.Find(hosted.Address) is not { } served) return null;
        if (hosted.Version is null)
        {
            hosted.Version = served.Worker.Version.Id;
            // Deployments may have changed between the two.
            if (_local.Find(hosted.Address) is { } now && now.Worker.Version.Id != hosted.Version) _ = LetGoAsync(hosted);
        }

        return new HostedEntry(hosted, served);
    }

    private ObjectRoute RouteTo(ObjectAddress address)
    {
        var route = _routes.GetOrAdd(address, static (key, places) => new ObjectRoute(key, places), this);
        route.LastUse = Environment.TickCount64;
        if (_routes.Count > MostRoutes) Sweep();
        return route;
    }

    private async Task LetGoAsync(HostedObject hosted)
    {
        if (!hosted.TryBeginLeaving())
        {
            await hosted.Left;
            return;
        }

        try
        {
            await hosted.HandedOverAsync();
            await _local.EvictAsync(hosted.Address);
            await _link.TellAsync(LinkMethod.ReleaseObject, new ObjectLeaseChange(hosted.Address, hosted.Epoch));
        }
        catch (LinkException)
        {
            // The supervisor is gone, and this process ends with it.
        }
        finally
        {
            _hosted.TryRemove(new(hosted.Address, hosted));
            hosted.EndLeaving();
        }
    }

    /// <summary>Forgets the half of the routes that was not used for longest.</summary>
    private void Sweep()
    {
        if (Interlocked.Exchange(ref _sweeping, 1) != 0) return;
        ThreadPool.UnsafeQueueUserWorkItem(
            static objects =>
            {
                foreach (var route in objects._routes.Values.OrderBy(each => each.LastUse).Take(MostRoutes / 2))
                {
                    if (route.IsIdle) objects._routes.TryRemove(new(route.Address, route));
                }

                Volatile.Write(ref objects._sweeping, 0);
            },
            this,
            preferLocal: false);
    }
}

/// <summary>What runs the objects of this process.</summary>
internal interface ILocalObjects
{
    /// <summary>The worker that runs an object; null when its class is not deployed.</summary>
    IServedWorker? Find(ObjectAddress address);

    /// <summary>Ends when nothing of the object runs here any more and its storage is closed. Running events end before, within limits.</summary>
    Task EvictAsync(ObjectAddress address);
}

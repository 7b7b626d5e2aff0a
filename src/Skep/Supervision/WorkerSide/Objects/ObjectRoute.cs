using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Objects;
using Skep.Abstractions.Workers;
using Skep.Supervision.Peers;

namespace Skep.Supervision.WorkerSide.Objects;

/// <summary>Stands for an object that another process hosts, or whose host is not known yet. Events are sent on in the order in which they came; those that
/// come back, because the object has moved, go to the new host before any later one.</summary>
internal sealed class ObjectRoute(ObjectAddress address, IObjectPlaces places) : IServedWorker, IWorker, IEventSender
{
    // Each time the object had moved once more.
    private const int MostAttempts = 8;

    private static readonly WorkerError _restless = new(WorkerErrorCode.Exception, "Error: The Durable Object was moved too often while the event was on its way.") { IsRetryable = true };

    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, CarriedEvent> _waiting = [];
    private ObjectLocation? _location;
    private long _lastSequence;
    private bool _isResolving;

    public ObjectAddress Address => address;

    /// <summary>When it was used last; belongs to who keeps it.</summary>
    public long LastUse { get; set; }

    /// <summary>Nothing is waiting, so that it can be forgotten.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_gate) return !_isResolving && _waiting.Count == 0;
        }
    }

    /// <inheritdoc/>
    public IWorker Worker => this;

    /// <inheritdoc/>
    public WorkerVersion Version { get; } = WorkerVersion.Unread("");

    /// <inheritdoc/>
    public bool TryEnter() => true;

    /// <inheritdoc/>
    public void Leave()
    {
    }

    /// <inheritdoc/>
    public void Fetch(FetchEvent fetchEvent) => Send(new CarriedFetch(fetchEvent, this));

    /// <inheritdoc/>
    public void Rpc(RpcEvent rpcEvent) => Send(new CarriedSession(rpcEvent, this));

    /// <inheritdoc/>
    public Task<InvocationSummary> ScheduledAsync(ScheduledEvent scheduledEvent) => throw new NotSupportedException("A Durable Object has no scheduled events.");

    /// <inheritdoc/>
    public Task DrainAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public void Return(CarriedEvent came, PeerConnection from)
    {
        came.Attempts++;
        lock (_gate)
        {
            _waiting.Add(came.Sequence, came);
            // One that a former host has sent back says nothing of the host that was found since.
            if (!_isResolving) BeginResolving(came.Epoch == _location?.Epoch ? _location : null);
        }
    }

    private void Send(CarriedEvent sent)
    {
        lock (_gate)
        {
            sent.Sequence = ++_lastSequence;
            if (!_isResolving && _location is { Peer.IsClosed: false } location)
            {
                // Inside, so that the next does not overtake it.
                sent.Epoch = location.Epoch;
                sent.SendTo(location.Peer);
                return;
            }

            _waiting.Add(sent.Sequence, sent);
            if (!_isResolving) BeginResolving(_location);
        }
    }

    private void BeginResolving(ObjectLocation? before)
    {
        _isResolving = true;
        _ = Task.Run(() => ResolveAsync(before));
    }

    private async Task ResolveAsync(ObjectLocation? before)
    {
        for (;;)
        {
            ObjectLocation found;
            try
            {
                found = await places.LocateAsync(address, before);
                // What the former host sends back is here by then.
                if (before?.Peer is { } former) await former.SyncAsync();
            }
            catch (ObjectUnavailableException failure)
            {
                FailAll(failure.Error);
                return;
            }

            if (FlushTo(found)) return;
            before = found;
        }
    }

    /// <summary>Hands over what waits; false when the object has moved meanwhile.</summary>
    private bool FlushTo(ObjectLocation found)
    {
        lock (_gate) _location = found;
        for (;;)
        {
            CarriedEvent next;
            lock (_gate)
            {
                if (_waiting.Count == 0)
                {
                    _isResolving = false;
                    return true;
                }

                next = _waiting.First().Value;
                _waiting.Remove(next.Sequence);
                if (next.Attempts < MostAttempts && found.Peer is { } peer)
                {
                    if (peer.IsClosed)
                    {
                        _waiting.Add(next.Sequence, next);
                        return false;
                    }

                    next.Epoch = found.Epoch;
                    next.SendTo(peer);
                    continue;
                }
            }

            if (next.Attempts >= MostAttempts)
            {
                next.Fail(_restless);
            }
            else if (!places.TryDeliver(address, next))
            {
                lock (_gate) _waiting.Add(next.Sequence, next);
                return false;
            }
        }
    }

    private void FailAll(WorkerError error)
    {
        List<CarriedEvent> failed;
        lock (_gate)
        {
            failed = [.. _waiting.Values];
            _waiting.Clear();
            _location = null;
            _isResolving = false;
        }

        foreach (var each in failed) each.Fail(error);
    }
}

/// <summary>Knows where objects are.</summary>
internal interface IObjectPlaces
{
    /// <summary>Asks for the host of an object.</summary>
    /// <param name="before">Where it is no more; null when it was nowhere.</param>
    /// <exception cref="ObjectUnavailableException">It has none.</exception>
    Task<ObjectLocation> LocateAsync(ObjectAddress address, ObjectLocation? before);

    /// <summary>Hands an event to an object of this process; false when this is not the host, or not any more.</summary>
    bool TryDeliver(ObjectAddress address, CarriedEvent carried);
}

/// <summary>Where an object is.</summary>
/// <param name="Epoch">Of its host's lease.</param>
/// <param name="Peer">The way to it; null when it is in this process.</param>
internal sealed record ObjectLocation(long Epoch, PeerConnection? Peer);

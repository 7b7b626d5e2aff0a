using Skep.Abstractions.Events;
using Skep.Abstractions.Objects;
using Skep.Abstractions.Rpc;
using Skep.Abstractions.Workers;
using Skep.Supervision.Link;
using Skep.Supervision.Peers;

namespace Skep.Tests.Supervision.Peers;

/// <summary>Two worker processes that are connected, both within this one. What is sent to the far one arrives at its worker.</summary>
internal sealed class PeerPair : IPeerHost, IEventSender, IDisposable
{
    private readonly Lane _lane = new();

    public PeerPair()
    {
        var (near, far) = LinkSocket.Pair();
        Near = new PeerConnection(near, isFirst: true, this, "near");
        Far = new PeerConnection(far, isFirst: false, this, "far");
        Near.Start();
        Far.Start();
    }

    public PeerConnection Near { get; }

    public PeerConnection Far { get; }

    /// <summary>The far process's worker; null: it hosts nothing.</summary>
    public IWorker? Worker { get; set; }

    /// <summary>The far process takes the event and finds only then that it is not the host any more.</summary>
    public bool RefusesLate { get; set; }

    /// <summary>Events that came back.</summary>
    public List<CarriedEvent> Returned { get; } = [];

    public TaskCompletionSource<CarriedEvent> Came { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public CancellationToken GoingDown => default;

    public void Send(FetchEvent request) => new CarriedFetch(request, this).SendTo(Near);

    public void Send(RpcEvent rpcEvent) => new CarriedSession(rpcEvent, this).SendTo(Near);

    public PeerTarget? Find(ObjectAddress? address) => Worker is null ? null : new PeerTarget(_lane, () => RefusesLate ? null : new Served(Worker));

    public void Return(CarriedEvent came, PeerConnection from)
    {
        Returned.Add(came);
        Came.TrySetResult(came);
    }

    public void Dispose()
    {
        Near.Dispose();
        Far.Dispose();
    }

    private sealed record Served(IWorker Worker) : IServedWorker
    {
        public bool TryEnter() => true;

        public void Leave()
        {
        }
    }
}

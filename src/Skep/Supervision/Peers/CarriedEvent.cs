using Skep.Abstractions.Errors;
using Skep.Abstractions.Workers;

namespace Skep.Supervision.Peers;

/// <summary>An event on its way to an object that another process may host. Until that has begun with it, it can be taken elsewhere.</summary>
/// <param name="sender">Is given it back when the process it was sent to is not the host, or has never seen it.</param>
internal abstract class CarriedEvent(IEventSender sender)
{
    /// <summary>Its place among the events for the object.</summary>
    public long Sequence { get; set; }

    /// <summary>The lease of the host that it was sent to last.</summary>
    public long Epoch { get; set; }

    /// <summary>How often it was given back.</summary>
    public int Attempts { get; set; }

    protected IEventSender Sender => sender;

    /// <summary>Sends it to another process.</summary>
    public abstract void SendTo(PeerConnection peer);

    /// <summary>Hands it to a worker of this process.</summary>
    public abstract void Deliver(IWorker worker);

    /// <summary>Nobody takes it.</summary>
    public abstract void Fail(WorkerError error);
}

/// <summary>Sends events again that came back.</summary>
internal interface IEventSender
{
    /// <summary>The event came back. Called on the thread that reads a connection.</summary>
    /// <param name="came">The event.</param>
    /// <param name="from">Where it was sent to.</param>
    void Return(CarriedEvent came, PeerConnection from);
}

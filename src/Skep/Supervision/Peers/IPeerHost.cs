using Skep.Abstractions.Objects;
using Skep.Abstractions.Workers;

namespace Skep.Supervision.Peers;

/// <summary>Takes other processes' events. It alone says what they reach: a process can name nothing but objects that this one hosts.</summary>
internal interface IPeerHost
{
    /// <summary>Signals that this process goes down.</summary>
    CancellationToken GoingDown { get; }

    /// <summary>What takes events for the object; null when its host is another process.</summary>
    PeerTarget? Find(ObjectAddress? address);
}

/// <summary>Where an event goes.</summary>
/// <param name="Lane">Brings events there in order.</param>
/// <param name="Choose">The worker that takes it now; null when this process is not its host any more. Asked on the lane.</param>
internal sealed record PeerTarget(Lane Lane, Func<IServedWorker?> Choose);

using Skep.Abstractions.Objects;

namespace Skep.Abstractions.Workers;

/// <summary>Finds Durable Objects. At any time one process at most is an object's host, and no other opens its storage.</summary>
public interface IObjectDirectory
{
    /// <summary>The worker that takes events for the object: of this process, when it is the object's host (it becomes it when nobody is), or
    /// a stand-in that carries them to the process that is. Events carry the address themselves
    /// (<see cref="Events.FetchEvent.Object"/>, <see cref="Events.RpcEvent.Object"/>).</summary>
    /// <remarks>Completes before it returns for an object that was found lately. Events are handed over in the order in which they
    /// were made, as calls on one stub must arrive in order.</remarks>
    /// <exception cref="ObjectUnavailableException">Its class is not deployed, or its host cannot be reached.</exception>
    ValueTask<IServedWorker> FindAsync(ObjectAddress address);
}

using Skep.Abstractions.Hyperdrive;
using Skep.Abstractions.Metering;

namespace Skep.Abstractions.Channels;

/// <summary>Pools of connections to databases, as workers use them.</summary>
public interface IHyperdrive
{
    /// <summary>A connection that speaks the database's protocol. It takes one of the pool's for each transaction.</summary>
    /// <param name="route">What the worker's binding leads to.</param>
    /// <param name="queries">Counts queries; null when nobody wants to know.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="SubrequestException">There is no such configuration.</exception>
    ValueTask<SocketConnection> ConnectAsync(HyperdriveRoute route, MeterCounter? queries, CancellationToken cancellation);
}

using Skep.Abstractions.Hyperdrive;

namespace Skep.Edge.Postgres;

/// <summary>Tries PostgreSQL databases out.</summary>
public sealed class HyperdriveProbe : IHyperdriveProbe
{
    /// <inheritdoc/>
    public async ValueTask CheckAsync(HyperdriveOrigin origin, CancellationToken cancellation)
    {
        using var connection = await ServerConnector.ConnectAsync(origin, cancellation).ConfigureAwait(false);
        await connection.RunAsync(";", cancellation).ConfigureAwait(false);
    }
}

using Skep.Abstractions.Channels;
using Skep.Abstractions.Metering;
using Skep.Abstractions.Workers;
using Skep.Runtime.Workers;

namespace Skep.Runtime.Sockets;

/// <summary>Where a worker's TCP connections lead: the host names of its Hyperdrive bindings to their pools, all others out.</summary>
internal static class SocketRoutes
{
    /// <summary>The channel that reaches the host; null for the one that reaches all others.</summary>
    public static ISubrequestChannel? To(Worker worker, string host)
    {
        if (!host.EndsWith(HyperdriveBinding.Domain, StringComparison.OrdinalIgnoreCase)) return null;
        foreach (var binding in worker.Version.Bindings)
        {
            if (binding is HyperdriveBinding hyperdrive && string.Equals(hyperdrive.Host, host, StringComparison.OrdinalIgnoreCase))
                return new PoolChannel(worker.Services, hyperdrive, worker.Meter?.Counter("hyperdrive.queries"));
        }

        return null;
    }

    private sealed class PoolChannel(WorkerServices services, HyperdriveBinding binding, MeterCounter? queries) : ISubrequestChannel
    {
        public ValueTask<SubrequestResponse> SendAsync(Subrequest request, CancellationToken cancellation) =>
            throw new SubrequestException("Hyperdrive carries no HTTP requests.");

        public ValueTask<SocketConnection> ConnectAsync(string host, int port, bool secure, CancellationToken cancellation) =>
            secure || port != HyperdriveBinding.Port
                ? throw new SubrequestException($"Hyperdrive is reached at port {HyperdriveBinding.Port}, without TLS between the Worker and its pool: use the binding's connectionString as it is.")
                : services.Hyperdrive!.ConnectAsync(binding.ToRoute(), queries, cancellation);
    }
}

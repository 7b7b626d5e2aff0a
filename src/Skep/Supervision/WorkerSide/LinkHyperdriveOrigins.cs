using Skep.Abstractions.Hyperdrive;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;

namespace Skep.Supervision.WorkerSide;

/// <summary>The supervisor's Hyperdrive configurations.</summary>
internal sealed class LinkHyperdriveOrigins(LinkConnection link) : IHyperdriveOrigins
{
    /// <inheritdoc/>
    public async ValueTask<HyperdriveOrigin?> FindOriginAsync(string configId, CancellationToken cancellation = default) =>
        (await link.AskAsync<HyperdriveQuestion, HyperdriveAnswer>(LinkMethod.HyperdriveOrigin, new HyperdriveQuestion(configId), cancellation)).Origin;
}

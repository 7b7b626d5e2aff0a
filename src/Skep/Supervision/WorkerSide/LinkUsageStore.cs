using Skep.Abstractions.Metering;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;

namespace Skep.Supervision.WorkerSide;

/// <summary>Tells the supervisor, who keeps it, what workers have used.</summary>
internal sealed class LinkUsageStore(LinkConnection link) : IUsageStore
{
    /// <inheritdoc/>
    public async ValueTask AddAsync(IReadOnlyCollection<MeterSample> samples)
    {
        try
        {
            await link.TellAsync(LinkMethod.Usage, new UsageSamples(samples));
        }
        catch (LinkClosedException)
        {
            // The supervisor is gone, and this process ends: there is nobody who could keep it.
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Usage>> QueryAsync(UsageQuery query) => throw new NotSupportedException("Only the supervisor knows what was used.");

    /// <inheritdoc/>
    public ValueTask RollUpAsync(DateTimeOffset now) => ValueTask.CompletedTask;
}

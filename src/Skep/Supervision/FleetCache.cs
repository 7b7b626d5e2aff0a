using Skep.Abstractions.Channels;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;
using Skep.Supervision.Processes;

namespace Skep.Supervision;

/// <summary>The caches of all worker processes. Each has its own, which is gone with it.</summary>
internal sealed class FleetCache(Fleet fleet) : ICachePurge
{
    /// <inheritdoc/>
    public async ValueTask<int> PurgeAsync(CachePurge purge) => (await Task.WhenAll(fleet.Running.Select(process => PurgeAsync(process, purge)))).Sum();

    private static async Task<int> PurgeAsync(WorkerProcess process, CachePurge purge)
    {
        try
        {
            return (await process.Link.AskAsync<CachePurge, Purged>(LinkMethod.Purge, purge)).Count;
        }
        catch (LinkClosedException)
        {
            // Its cache has ended with it.
            return 0;
        }
    }
}

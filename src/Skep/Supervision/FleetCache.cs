using Skep.Abstractions.Channels;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;
using Skep.Supervision.Processes;

namespace Skep.Supervision;

/// <summary>The cache of all worker processes: files in one folder, and in each process what it knows of them.</summary>
internal sealed class FleetCache : ICachePurge
{
    /// <summary>The processes, once there are some.</summary>
    public Fleet? Fleet { get; set; }

    /// <summary>Each forgets what it knows. What one of them has kept meanwhile, or tells the others of, is gone with its file.</summary>
    public async ValueTask<int> PurgeAsync(CachePurge purge) =>
        Fleet is null ? 0 : (await Task.WhenAll(Fleet.Running.Select(process => PurgeAsync(process, purge)))).DefaultIfEmpty().Max();

    /// <summary>Passes on to the others what a process says of the folder.</summary>
    public void Tell(WorkerProcess from, ReadOnlySpan<byte> change)
    {
        if (Fleet is null) return;
        foreach (var process in Fleet.Alive)
        {
            if (process != from) process.Link.Notify(LinkMethod.CacheChange, change);
        }
    }

    private static async Task<int> PurgeAsync(WorkerProcess process, CachePurge purge)
    {
        try
        {
            return (await process.Link.AskAsync<CachePurge, Purged>(LinkMethod.Purge, purge)).Count;
        }
        catch (LinkClosedException)
        {
            // What it knew has ended with it; the files are the others' too.
            return 0;
        }
    }
}

using Skep.Abstractions.Catalog;
using Skep.Abstractions.R2;
using Skep.Control.Objects;
using Skep.Output;

namespace Skep.Hosting;

/// <summary>At the start, and then every hour: does what the lifecycle rules of R2 buckets say.</summary>
internal sealed class R2Housekeeping(IR2Buckets buckets, IR2Administration store, Terminal terminal, TimeProvider time)
{
    public Task RunAsync(CancellationToken stop) => Hourly.RunAsync(
        async () =>
        {
            foreach (var bucket in await buckets.ListBucketsAsync()) await ApplyAsync(bucket, stop);
        },
        time,
        stop);

    // A bucket that fails does not keep the others from it.
    private async Task ApplyAsync(R2BucketEntry bucket, CancellationToken stop)
    {
        try
        {
            var rules = LifecycleRules.Of(bucket);
            while (await store.ApplyLifecycleAsync(bucket.Name, rules, stop) > 0) stop.ThrowIfCancellationRequested();
        }
        catch (R2Exception failure)
        {
            await terminal.WriteErrorAsync(style => $"{style.Red($"✘ The lifecycle rules of the R2 bucket {bucket.Name} cannot be applied:")} {failure.Message}");
        }
    }
}

using Skep.Control.Assets;
using Skep.Output;

namespace Skep.Hosting;

/// <summary>At the start, and then every hour: what no version refers to has no place on the disk.</summary>
internal sealed class AssetCollection(DataFolder data, Terminal terminal, TimeProvider time)
{
    public async Task RunAsync(CancellationToken stop)
    {
        var collector = new AssetCollector(data.Catalog, data.Assets.Uploads);
        using var hourly = new PeriodicTimer(TimeSpan.FromHours(1), time);
        try
        {
            do await CollectAsync(collector);
            while (await hourly.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The server goes down.
        }
    }

    private async Task CollectAsync(AssetCollector collector)
    {
        try
        {
            await collector.CollectAsync();
        }
        catch (Exception failure)
        {
            // In an hour it may be possible.
            await terminal.WriteErrorAsync(style => $"{style.Red("✘ Static assets that nothing needs cannot be removed:")} {failure.Message}");
        }
    }
}

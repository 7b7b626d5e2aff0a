using Skep.Control.Assets;
using Skep.Output;

namespace Skep.Hosting;

/// <summary>At the start, and then every hour: what no version refers to has no place on the disk.</summary>
internal sealed class AssetCollection(DataFolder data, Terminal terminal, TimeProvider time)
{
    public Task RunAsync(CancellationToken stop)
    {
        var collector = new AssetCollector(data.Catalog, data.Assets.Uploads);
        return Hourly.RunAsync(() => CollectAsync(collector), time, stop);
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

using Skep.Abstractions.Assets;
using Skep.Abstractions.Catalog;

namespace Skep.Control.Assets;

/// <summary>Deletes the contents of assets that no version refers to any more.</summary>
public sealed class AssetCollector(ICatalog catalog, IAssetUploads uploads)
{
    /// <summary>Looks through everything once.</summary>
    /// <returns>How many contents were deleted.</returns>
    public async Task<int> CollectAsync()
    {
        var deleted = 0;
        foreach (var script in await uploads.ListScriptsAsync())
        {
            var used = new HashSet<string>(StringComparer.Ordinal);
            var manifests = (await catalog.ListVersionsAsync(script, int.MaxValue)).Select(version => version.Assets?.Manifest).OfType<string>().Distinct(StringComparer.Ordinal);
            foreach (var manifest in manifests) used.UnionWith(AssetManifest.Read(await catalog.ReadContentAsync(manifest)).Values.Select(entry => entry.Hash));
            deleted += await uploads.CollectAsync(script, used);
        }

        return deleted;
    }
}

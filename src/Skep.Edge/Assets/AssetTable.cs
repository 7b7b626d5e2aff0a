using System.Collections.Frozen;
using Skep.Abstractions.Assets;

namespace Skep.Edge.Assets;

/// <summary>What every path leads to that leads to an asset: worked out once for a version, so that a request costs one look-up.</summary>
internal sealed class AssetTable : IAssetIndex
{
    private const string Page = "/404.html";

    private readonly FrozenDictionary<string, AssetMatch>.AlternateLookup<ReadOnlySpan<char>> _matches;
    private readonly FrozenDictionary<string, AssetEntry>.AlternateLookup<ReadOnlySpan<char>> _pages;
    private readonly IReadOnlyDictionary<string, AssetEntry> _files;

    public AssetTable(UploadedAssets assets)
    {
        _files = assets.Files;
        HtmlHandling handling = assets.Configuration.HtmlHandling;
        var paths = new HtmlPaths(handling, Find);
        var matches = new Dictionary<string, AssetMatch>(_files.Count, StringComparer.Ordinal);
        foreach (string file in _files.Keys)
        {
            foreach (string candidate in handling == HtmlHandling.None ? [file] : HtmlPaths.Candidates(file))
            {
                if (!matches.ContainsKey(candidate) && paths.Resolve(candidate) is { } match) matches[candidate] = match;
            }
        }

        _matches = matches.ToFrozenDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        _pages = _files.Where(file => file.Key.EndsWith(Page, StringComparison.Ordinal))
            .ToFrozenDictionary(file => file.Key[..^Page.Length], file => file.Value, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <inheritdoc/>
    public AssetMatch? Resolve(ReadOnlySpan<char> path) => _matches.TryGetValue(path, out AssetMatch match) ? match : null;

    /// <inheritdoc/>
    public AssetEntry? Find(string path) => _files.GetValueOrDefault(path);

    /// <inheritdoc/>
    public AssetEntry? FindPage(ReadOnlySpan<char> folder) => _pages.TryGetValue(folder, out AssetEntry? page) ? page : null;
}

using Skep.Abstractions.Assets;

namespace Skep.Edge.Assets;

/// <summary>The files of a site. Paths are decoded and have no empty segments.</summary>
internal interface IAssetIndex
{
    /// <summary>What the path leads to, by the site's HTML handling; null for nothing.</summary>
    AssetMatch? Resolve(ReadOnlySpan<char> path);

    /// <summary>The file of exactly that path, or null.</summary>
    AssetEntry? Find(string path);

    /// <summary>The <c>404.html</c> in that folder (a path without the slash at its end), or null.</summary>
    AssetEntry? FindPage(ReadOnlySpan<char> folder);
}

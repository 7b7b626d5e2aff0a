using Skep.Abstractions.Assets;

namespace Skep.Edge.Assets;

/// <summary>What a path leads to: an asset, or a redirect to where one is served.</summary>
/// <param name="Entry">The asset; of a redirect, the one it leads to.</param>
/// <param name="Redirect">The decoded path to redirect to, or null.</param>
/// <param name="NotFound">True for a page that says there is nothing.</param>
internal readonly record struct AssetMatch(AssetEntry Entry, string? Redirect = null, bool NotFound = false);

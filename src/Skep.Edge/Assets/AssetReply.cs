using Skep.Abstractions.Assets;

namespace Skep.Edge.Assets;

/// <summary>The answer to a request, before its body is looked for.</summary>
/// <param name="Status">200, 404, 405 or a redirect.</param>
/// <param name="Entry">What the body is, or null for none.</param>
/// <param name="Location">Where a redirect leads.</param>
internal readonly record struct AssetReply(int Status, AssetEntry? Entry = null, string? Location = null);

using Skep.Abstractions.Assets;

namespace Skep.Abstractions.Catalog;

/// <summary>The static assets of a stored version.</summary>
/// <param name="Manifest">Where the list of its files is: SHA-256 in lower-case hexadecimal.</param>
/// <param name="Files">How many files that is.</param>
/// <param name="Configuration">How they are served.</param>
public sealed record VersionAssets(string Manifest, int Files, AssetConfiguration Configuration);

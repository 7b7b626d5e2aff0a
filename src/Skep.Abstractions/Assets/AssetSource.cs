using System.Text.Json.Serialization;

namespace Skep.Abstractions.Assets;

/// <summary>A version's static assets: where they are, and how they are served.</summary>
/// <param name="Configuration">How they are served.</param>
[JsonDerivedType(typeof(UploadedAssets), "uploaded")]
[JsonDerivedType(typeof(AssetDirectory), "directory")]
public abstract record AssetSource(AssetConfiguration Configuration);

/// <summary>Assets that were uploaded: their bytes are in the <see cref="IAssetStore"/>.</summary>
/// <param name="Files">The files by path: <c>/</c> and the name as it is, not percent-encoded.</param>
/// <param name="Configuration">How they are served.</param>
public sealed record UploadedAssets(IReadOnlyDictionary<string, AssetEntry> Files, AssetConfiguration Configuration) : AssetSource(Configuration);

/// <summary>Assets of a project in development: whatever lies in the folder at the moment of the request.</summary>
/// <param name="Directory">The folder, absolute.</param>
/// <param name="Configuration">How they are served.</param>
public sealed record AssetDirectory(string Directory, AssetConfiguration Configuration) : AssetSource(Configuration);

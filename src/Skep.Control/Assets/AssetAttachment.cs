using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Skep.Abstractions.Assets;
using Skep.Abstractions.Catalog;
using Skep.Control.Envelopes;

namespace Skep.Control.Assets;

/// <summary>Gives a new version its assets: those of a completed upload, or those of the version before.</summary>
internal sealed class AssetAttachment(IAssetUploads uploads)
{
    /// <summary>The assets that the metadata asks for, or null for none. The list of the files goes into <paramref name="contents"/>.</summary>
    /// <exception cref="ApiException">The token is not one of this script's, or has expired; the configuration is malformed.</exception>
    public async Task<VersionAssets?> AttachAsync(
        string script, JsonObject metadata, bool hasWorker, ScriptVersion? previous, ImmutableDictionary<string, ReadOnlyMemory<byte>>.Builder contents)
    {
        var kept = metadata.OptionalBoolean("keep_assets") == true ? previous?.Assets : null;
        if (metadata.OptionalObject("assets") is not { Count: > 0 } assets) return kept;
        var config = assets.OptionalObject("config");
        if (assets.OptionalString("jwt") is not { } token)
        {
            if (kept is null) throw ApiException.Invalid("\"assets.jwt\" is missing: it is what the upload of the assets ends with.");
            return config is null ? kept : kept with { Configuration = AssetConfigurationReader.Read(config, hasWorker) };
        }

        if (await uploads.FindAsync(AssetTokens.Hash(token), completion: true) is not { } upload || upload.Script != script)
            throw ApiException.Invalid($"\"assets.jwt\" is not the token of a completed upload of {script}'s assets, or it has expired. Deploy again.");
        var configuration = AssetConfigurationReader.Read(config ?? [], hasWorker);
        var files = await uploads.CompleteAsync(upload) ?? throw ApiException.Invalid($"Not all assets of {script} have been uploaded. Deploy again.");
        var list = AssetManifest.Write(files);
        var hash = Convert.ToHexStringLower(SHA256.HashData(list));
        contents[hash] = list;
        return new VersionAssets(hash, files.Count, configuration);
    }
}

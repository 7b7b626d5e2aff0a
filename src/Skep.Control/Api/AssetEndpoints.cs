using System.Net;
using System.Text.Json.Nodes;
using Skep.Abstractions.Assets;
using Skep.Abstractions.Catalog;
using Skep.Control.Assets;
using Skep.Control.Auth;
using Skep.Control.Calls;
using Skep.Control.Envelopes;
using Skep.Control.Scripts;

namespace Skep.Control.Api;

/// <summary>Uploading static assets: a session for a list of files, the files that are missing, and a token to attach the whole to a version
/// (https://developers.cloudflare.com/workers/static-assets/direct-upload/).</summary>
internal static class AssetEndpoints
{
    private const int MaxManifestBytes = 64 << 20;
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    public static IEnumerable<ApiEndpoint> All(IAssetUploads uploads, TimeProvider time) =>
    [
        new("POST", ApiEndpoint.Script + "/assets-upload-session", request => BeginAsync(uploads, time, request)),
        new("POST", ApiEndpoint.Account + "/workers/assets/upload", request => UploadAsync(uploads, request)) { FindToken = hash => FindTokenAsync(uploads, hash) },
    ];

    private static async Task<JsonNode?> BeginAsync(IAssetUploads uploads, TimeProvider time, ApiRequest request)
    {
        ScriptNames.Check(request.Route("script"));
        var body = await request.ReadObjectAsync(MaxManifestBytes);
        var files = UploadManifest.Read(body.OptionalObject("manifest") ?? throw ApiException.BadRequest("\"manifest\" is missing."));
        var token = AssetTokens.Create();
        var completion = AssetTokens.CompletionOf(token);
        var missing = await uploads.BeginAsync(
            new AssetUpload(request.Script, AssetTokens.Hash(token), AssetTokens.Hash(completion), time.GetUtcNow() + Lifetime, files));
        return new JsonObject { ["jwt"] = missing.Count == 0 ? completion : token, ["buckets"] = UploadManifest.Buckets(missing) };
    }

    private static async Task<JsonNode?> UploadAsync(IAssetUploads uploads, ApiRequest request)
    {
        var token = TokenAuthentication.Secret(request.Http.Request)!;
        var upload = await uploads.FindAsync(AssetTokens.Hash(token), completion: false)
            ?? throw new ApiException(HttpStatusCode.Unauthorized, new ApiError(ApiErrorCodes.InvalidToken, "The upload has expired. Deploy again: what was uploaded is kept."));
        await AssetParts.StoreAsync(request.Http, uploads, upload);
        return await uploads.IsCompleteAsync(upload) ? new JsonObject { ["jwt"] = AssetTokens.CompletionOf(token) } : new JsonObject();
    }

    // Whoever has it may add to this upload, and nothing else.
    private static async ValueTask<ApiToken?> FindTokenAsync(IAssetUploads uploads, ReadOnlyMemory<byte> hash) =>
        await uploads.FindAsync(hash, completion: false) is { } upload
            ? new ApiToken("", "asset upload", hash.ToArray(), TokenAccess.Edit, [upload.Script], default)
            : null;
}

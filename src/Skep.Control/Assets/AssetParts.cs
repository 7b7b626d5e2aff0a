using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Skep.Abstractions.Assets;
using Skep.Abstractions.Streams;
using Skep.Control.Envelopes;

namespace Skep.Control.Assets;

/// <summary>Reads a group of files: <c>multipart/form-data</c>, each part named by its hash, its body in Base64. Parts go to the disk as they come; one
/// that was not announced is not read.</summary>
internal static class AssetParts
{
    private const long MaxRequestBytes = 64L << 20;
    private const long MaxPartBytes = (AssetLimits.FileBytes / 3 * 4) + 8;
    private const int MaxParts = 1_000;
    private const int MaxPartHeaderBytes = 4 << 10;
    private const int LongestType = 256;
    // wrangler's word for "no content type".
    private const string NoType = "application/null";

    /// <exception cref="ApiException">It is malformed, too large, or not what was announced; nothing of it is stored.</exception>
    public static async Task StoreAsync(HttpContext http, IAssetUploads uploads, AssetUploadState upload)
    {
        var size = http.Features.Get<IHttpMaxRequestBodySizeFeature>();
        if (size is { IsReadOnly: false }) size.MaxRequestBodySize = MaxRequestBytes;
        using var batch = uploads.Store(upload);
        try
        {
            var reader = new MultipartReader(Boundary(http.Request), http.Request.Body)
            {
                HeadersCountLimit = 8,
                HeadersLengthLimit = MaxPartHeaderBytes,
                BodyLengthLimit = MaxPartBytes,
            };
            for (var parts = 1; await NextAsync(reader, http.RequestAborted) is { } part; parts++)
            {
                if (parts > MaxParts) throw ApiException.BadRequest($"The upload has more than {MaxParts} parts.");
                await StoreAsync(part, batch, uploads, upload, http.RequestAborted);
            }
        }
        catch (Exception malformed) when (malformed is InvalidDataException or FormatException)
        {
            throw ApiException.BadRequest($"The upload cannot be read: {malformed.Message}");
        }

        await batch.CommitAsync();
    }

    private static async Task<MultipartSection?> NextAsync(MultipartReader reader, CancellationToken cancellation)
    {
        try
        {
            return await reader.ReadNextSectionAsync(cancellation);
        }
        catch (IOException failure)
        {
            if (Cut(failure) is { } cut) throw cut;
            throw;
        }
    }

    // Where the body breaks off, that is the client's fault, and not one of the disk that it is written to.
    private static InvalidDataException? Cut(Exception failure) =>
        failure is IOException and not BadHttpRequestException ? new InvalidDataException(failure.Message, failure) : null;

    private static async Task StoreAsync(MultipartSection part, IAssetBatch batch, IAssetUploads uploads, AssetUploadState upload, CancellationToken cancellation)
    {
        if (!ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition) || HeaderUtilities.RemoveQuotes(disposition.Name).Value is not { Length: > 0 } name)
            throw ApiException.BadRequest("A part of the upload has no name.");
        if (await uploads.FindFileAsync(upload, name) is not { } file)
            throw ApiException.Invalid($"The upload has a part \"{(name.Length > 64 ? name[..64] : name)}\", which is no hash of the manifest.");
        await batch.WriteAsync(file, Type(part, file), Base64Stream.Over(new DescribedStream(part.Body, Cut)), cancellation);
    }

    private static string? Type(MultipartSection part, AssetUploadFile file)
    {
        if (part.ContentType is null or NoType) return null;
        if (part.ContentType.Length > LongestType || !part.ContentType.All(character => character is >= ' ' and <= '~'))
            throw ApiException.Invalid($"The content type of {file.Path} is no content type.");
        return part.ContentType;
    }

    private static string Boundary(HttpRequest request)
    {
        if (request.Query["base64"] != "true") throw ApiException.BadRequest("Assets are uploaded in Base64, with ?base64=true.");
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 and <= 100 } boundary)
        {
            throw ApiException.BadRequest("Assets are uploaded as multipart/form-data.");
        }

        return boundary;
    }
}

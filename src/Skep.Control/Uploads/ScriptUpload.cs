using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http;
using Skep.Control.Envelopes;

namespace Skep.Control.Uploads;

/// <summary>What a client uploads: <c>multipart/form-data</c> with the part <c>metadata</c> and one part for each module, in any order
/// (https://developers.cloudflare.com/workers/configuration/multipart-upload-metadata/).</summary>
internal sealed record ScriptUpload(JsonObject Metadata, ImmutableArray<UploadedPart> Parts)
{
    private const string MetadataPart = "metadata";
    private const int MaxMetadataBytes = 8 << 20;
    private const int MaxParts = 10_000;

    /// <exception cref="ApiException">It is no upload.</exception>
    public static async Task<ScriptUpload> ReadAsync(HttpRequest request, ControlOptions options)
    {
        if (!request.HasFormContentType) throw ApiException.BadRequest("An upload must be multipart/form-data with a part \"metadata\".");
        IFormCollection form;
        try
        {
            form = await request.ReadFormAsync(
                new FormOptions
                {
                    MultipartBodyLengthLimit = options.MaxUploadBytes,
                    ValueLengthLimit = MaxMetadataBytes,
                    ValueCountLimit = MaxParts,
                    MemoryBufferThreshold = 1 << 20,
                },
                request.HttpContext.RequestAborted);
        }
        catch (InvalidDataException malformed)
        {
            throw ApiException.BadRequest($"The upload cannot be read: {malformed.Message}");
        }

        using var disposal = new FormDisposal(form);
        if (form.Files.GetFile(MetadataPart) is { } file) return new(Parse(await ReadAsync(file)), await PartsAsync(form));
        if (form.TryGetValue(MetadataPart, out var text)) return new(Parse(System.Text.Encoding.UTF8.GetBytes(text.ToString())), await PartsAsync(form));
        throw ApiException.BadRequest("The upload has no part \"metadata\".");
    }

    /// <summary>The part of that name.</summary>
    public UploadedPart? Find(string name) => Parts.FirstOrDefault(part => part.Name == name);

    private static JsonObject Parse(ReadOnlyMemory<byte> text)
    {
        try
        {
            return JsonNode.Parse(text.Span) as JsonObject ?? throw ApiException.BadRequest("The part \"metadata\" must be a JSON object.");
        }
        catch (JsonException error)
        {
            throw ApiException.BadRequest($"The part \"metadata\" is no JSON: {error.Message}");
        }
    }

    private static async Task<ImmutableArray<UploadedPart>> PartsAsync(IFormCollection form)
    {
        var parts = ImmutableArray.CreateBuilder<UploadedPart>();
        foreach (var file in form.Files)
        {
            if (file.Name == MetadataPart) continue;
            if (parts.Any(part => part.Name == file.Name)) throw ApiException.BadRequest($"The upload has two parts \"{file.Name}\".");
            parts.Add(new UploadedPart(file.Name, file.ContentType ?? "", await ReadAsync(file)));
        }

        return parts.ToImmutable();
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(IFormFile file)
    {
        var bytes = new byte[file.Length];
        await using var stream = file.OpenReadStream();
        await stream.ReadExactlyAsync(bytes);
        return bytes;
    }

    /// <summary>Large parts lie in temporary files until they are closed.</summary>
    private sealed class FormDisposal(IFormCollection form) : IDisposable
    {
        public void Dispose()
        {
            foreach (var file in form.Files) file.OpenReadStream().Dispose();
        }
    }
}

using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Skep.Abstractions.Kv;
using Skep.Control.Envelopes;

namespace Skep.Control.Api;

/// <summary>The body of a call that stores a value: the value as it is, or a form with the parts <c>value</c> and <c>metadata</c>.</summary>
internal static class KvValueBody
{
    // What a form has beside the value: boundaries, headers, the metadata.
    private const int FormOverhead = 64 << 10;

    /// <exception cref="ApiException">It is a malformed form.</exception>
    /// <exception cref="KvException">It is longer than values may be.</exception>
    public static async Task<(ReadOnlyMemory<byte> Value, string? Metadata)> ReadAsync(HttpRequest request)
    {
        var isForm = request.ContentType?.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase) == true;
        if (!isForm)
        {
            if (request.ContentLength is { } length) KvRules.CheckValue(length);
            return (await ReadAsync(request.Body, request.ContentLength, request.HttpContext.RequestAborted), null);
        }

        try
        {
            var form = await request.ReadFormAsync(
                new FormOptions
                {
                    MultipartBodyLengthLimit = KvRules.MaxValueBytes + FormOverhead,
                    ValueLengthLimit = KvRules.MaxValueBytes,
                    ValueCountLimit = 16,
                    MemoryBufferThreshold = 1 << 20,
                },
                request.HttpContext.RequestAborted);
            return (await PartAsync(form, "value") ?? throw ApiException.BadRequest("The form has no part \"value\"."),
                await PartAsync(form, "metadata") is { } metadata ? Encoding.UTF8.GetString(metadata.Span) : null);
        }
        catch (InvalidDataException malformed)
        {
            throw ApiException.BadRequest($"The form cannot be read: {malformed.Message}");
        }
    }

    private static async Task<ReadOnlyMemory<byte>?> PartAsync(IFormCollection form, string name)
    {
        if (form.Files.GetFile(name) is not { } file) return form.TryGetValue(name, out var text) ? Encoding.UTF8.GetBytes(text.ToString()) : null;
        await using var stream = file.OpenReadStream();
        return await ReadAsync(stream, file.Length, CancellationToken.None);
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(Stream from, long? length, CancellationToken cancellation)
    {
        var buffer = new MemoryStream(length is { } known ? (int)Math.Min(known, KvRules.MaxValueBytes) : 0);
        var piece = new byte[16 << 10];
        for (int count; (count = await from.ReadAsync(piece, cancellation)) > 0;)
        {
            KvRules.CheckValue(buffer.Length + count);
            buffer.Write(piece, 0, count);
        }

        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }
}

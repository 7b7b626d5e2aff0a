using System.Globalization;
using Microsoft.AspNetCore.Http;
using Skep.Abstractions.R2;

namespace Skep.Control.Objects;

/// <summary>Objects as HTTP messages.</summary>
internal static class R2Headers
{
    /// <summary>What an object is to be served with, from the headers that it was sent with.</summary>
    public static R2HttpMetadata Read(IHeaderDictionary headers, string? contentEncoding = null) => new(
        Text(headers.ContentType),
        Text(headers.ContentLanguage),
        Text(headers.ContentDisposition),
        contentEncoding ?? Text(headers.ContentEncoding),
        Text(headers.CacheControl),
        Date(headers.Expires)?.ToUnixTimeMilliseconds());

    /// <summary>What an object is served with.</summary>
    public static void Write(R2Object described, IHeaderDictionary headers)
    {
        var http = described.Http ?? R2HttpMetadata.None;
        headers.ContentType = http.ContentType ?? "application/octet-stream";
        if (http.ContentLanguage is { } language) headers.ContentLanguage = language;
        if (http.ContentDisposition is { } disposition) headers.ContentDisposition = disposition;
        if (http.ContentEncoding is { } encoding) headers.ContentEncoding = encoding;
        if (http.CacheControl is { } control) headers.CacheControl = control;
        if (http.CacheExpiry is { } expiry) headers.Expires = Date(expiry);
        headers.ETag = $"\"{described.ETag}\"";
        headers.LastModified = Date(described.Uploaded);
    }

    /// <summary>Sends the content.</summary>
    public static async Task SendAsync(R2Read read, HttpResponse response, CancellationToken cancellation)
    {
        if (read.Bytes is { } bytes) await response.Body.WriteAsync(bytes, cancellation);
        else await read.Content!.CopyToAsync(response.Body, cancellation);
    }

    /// <summary>A date of HTTP; null when it is none.</summary>
    public static DateTimeOffset? Date(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;

    private static string Date(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("R", CultureInfo.InvariantCulture);

    private static string? Text(string? header) => string.IsNullOrEmpty(header) ? null : header;
}

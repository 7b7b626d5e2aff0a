using System.Buffers;
using System.Text.Json;
using Skep.Abstractions.R2;
using Skep.Runtime.Isolates;
using Skep.V8;

namespace Skep.Runtime.R2;

/// <summary>Objects as JavaScript parses them (<c>R2ObjectRecord</c> in <c>js/r2/ops.ts</c>).</summary>
internal static class R2Json
{
    public static JsArgument Object(WorkerIsolate isolate, R2Object? described, (long Offset, long Length)? range = null)
    {
        if (described is null) return JsArgument.Null;
        ArrayBufferWriter<byte> buffer = new(512);
        using (Utf8JsonWriter json = new(buffer)) Write(json, described, range);
        return isolate.Engine.NewStringUtf8(buffer.WrittenSpan);
    }

    public static JsArgument Page(WorkerIsolate isolate, R2Page page)
    {
        ArrayBufferWriter<byte> buffer = new(512);
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("objects");
            foreach (var each in page.Objects) Write(json, each, null);
            json.WriteEndArray();
            json.WriteStartArray("prefixes");
            foreach (var prefix in page.Prefixes) json.WriteStringValue(prefix);
            json.WriteEndArray();
            json.WriteString("cursor", page.Cursor);
            json.WriteEndObject();
        }

        return isolate.Engine.NewStringUtf8(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, R2Object described, (long Offset, long Length)? range)
    {
        json.WriteStartObject();
        json.WriteString("key", described.Key);
        json.WriteString("version", described.Version);
        json.WriteNumber("size", described.Size);
        json.WriteString("etag", described.ETag);
        json.WriteNumber("uploaded", described.Uploaded);
        json.WriteString("storageClass", described.StorageClass);
        if (described.Http is { } http) Write(json, http);
        if (described.Custom is { } custom)
        {
            json.WriteStartObject("customMetadata");
            foreach (var (name, value) in custom) json.WriteString(name, value);
            json.WriteEndObject();
        }

        json.WriteStartObject("checksums");
        WriteIfAny(json, "md5", described.Checksums.Md5);
        WriteIfAny(json, "sha1", described.Checksums.Sha1);
        WriteIfAny(json, "sha256", described.Checksums.Sha256);
        WriteIfAny(json, "sha384", described.Checksums.Sha384);
        WriteIfAny(json, "sha512", described.Checksums.Sha512);
        json.WriteEndObject();
        if (range is { } part)
        {
            json.WriteStartObject("range");
            json.WriteNumber("offset", part.Offset);
            json.WriteNumber("length", part.Length);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, R2HttpMetadata http)
    {
        json.WriteStartObject("httpMetadata");
        WriteIfAny(json, "contentType", http.ContentType);
        WriteIfAny(json, "contentLanguage", http.ContentLanguage);
        WriteIfAny(json, "contentDisposition", http.ContentDisposition);
        WriteIfAny(json, "contentEncoding", http.ContentEncoding);
        WriteIfAny(json, "cacheControl", http.CacheControl);
        if (http.CacheExpiry is { } expiry) json.WriteNumber("cacheExpiry", expiry);
        json.WriteEndObject();
    }

    private static void WriteIfAny(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null) json.WriteString(name, value);
    }
}

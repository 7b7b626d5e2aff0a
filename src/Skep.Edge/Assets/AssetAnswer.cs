using System.Globalization;
using Skep.Abstractions.Assets;

namespace Skep.Edge.Assets;

/// <summary>A response: head, and what of which body. The headers are of this thread and this response: they have to be copied before anything else happens.</summary>
internal readonly struct AssetAnswer
{
    private const string CacheControl = "public, max-age=0, must-revalidate";

    [ThreadStatic]
    private static List<KeyValuePair<string, string>>? _headers;

    private AssetAnswer(int status, List<KeyValuePair<string, string>> headers, AssetBody body, ByteRange part)
    {
        Status = status;
        Headers = headers;
        Body = body;
        Part = part;
    }

    /// <summary>The status code.</summary>
    public int Status { get; }

    /// <summary>The headers, names in lower case; without <c>content-length</c>.</summary>
    public List<KeyValuePair<string, string>> Headers { get; }

    /// <summary>The body; whoever has the answer disposes of its stream.</summary>
    public AssetBody Body { get; }

    /// <summary>What of it is sent; nothing for a response without a body.</summary>
    public ByteRange Part { get; }

    /// <summary>Finds the body of a reply, heeds the request's conditions, and adds the author's headers.</summary>
    /// <exception cref="IOException">The body cannot be read.</exception>
    public static AssetAnswer Of(AssetSite site, in AssetRequest request, in AssetReply reply)
    {
        List<KeyValuePair<string, string>> headers = _headers ??= new(16);
        headers.Clear();
        int status = reply.Status;
        AssetBody body = default;
        ByteRange part = default;
        if (reply.Entry is { } entry)
        {
            string? range = request.Method == "GET" && status == 200 ? request.GetHeader("range") : null;
            body = site.Bodies.Open(entry, range is null ? request.GetHeader("accept-encoding") : null);
            part = new ByteRange(0, body.Length);
            AddHeaders(headers, entry, body, cacheable: range is null && request.GetHeader("authorization") is null);
            if (EntityTags.Match(request.GetHeader("if-none-match"), entry.Hash)) (status, part) = (304, default);
            else if (range is not null && EntityTags.AllowRange(request.GetHeader("if-range"), entry.Hash)) status = Select(range, body.Length, ref part, headers);
            if (status < 300 && body.Coding != AssetCoding.Identity) headers.Add(new("content-encoding", body.Coding == AssetCoding.Brotli ? "br" : "gzip"));
        }
        else if (reply.Location is { } location)
        {
            headers.Add(new("location", location));
        }
        else if (status == 405)
        {
            headers.Add(new("allow", "GET, HEAD"));
        }

        if (site.Rules is { HasHeaders: true } rules) rules.Apply(request.Host, request.Path.ToString(), headers);
        return new AssetAnswer(status, headers, body, part);
    }

    private static void AddHeaders(List<KeyValuePair<string, string>> headers, AssetEntry entry, in AssetBody body, bool cacheable)
    {
        if (entry.ContentType is { } type) headers.Add(new("content-type", type));
        if (cacheable) headers.Add(new("cache-control", CacheControl));
        headers.Add(new("etag", body.ETag));
        headers.Add(new("cf-cache-status", body.WasCached ? "HIT" : "MISS"));
        if (CompressibleTypes.Include(entry.ContentType, entry.Size)) headers.Add(new("vary", "accept-encoding"));
    }

    private static int Select(string range, long length, ref ByteRange part, List<KeyValuePair<string, string>> headers)
    {
        if (ByteRange.Parse(range, length) is not { } selected) return 200;
        part = selected;
        headers.Add(new("content-range", selected.Length == 0
            ? string.Create(CultureInfo.InvariantCulture, $"bytes */{length}")
            : string.Create(CultureInfo.InvariantCulture, $"bytes {selected.First}-{selected.First + selected.Length - 1}/{length}")));
        return selected.Length == 0 ? 416 : 206;
    }
}

using System.Globalization;
using Skep.Abstractions.Channels;

namespace Skep.Edge.Caching;

/// <summary>What a match answers: the entry, or what a condition or a range makes of it (RFC 9110 sections 13 and 14).</summary>
internal sealed class CachedResponse : SubrequestResponse
{
    private readonly CacheEntry _entry;
    private readonly string _age;
    private readonly string? _contentRange;
    private readonly string _cacheStatus;

    private CachedResponse(CacheEntry entry, DateTimeOffset now, string cacheStatus, int status, Stream? body, string? contentRange)
    {
        _entry = entry;
        _cacheStatus = cacheStatus;
        _age = Math.Max(0, (long)(now - entry.Freshness.Born).TotalSeconds).ToString(CultureInfo.InvariantCulture);
        _contentRange = contentRange;
        Status = status;
        Body = body;
    }

    public override int Status { get; }

    public override string StatusText => Status == _entry.Status ? _entry.StatusText : Status switch { 206 => "Partial Content", 304 => "Not Modified", _ => "Range Not Satisfiable" };

    public override string Url => _entry.FinalUrl ?? _entry.Key.Url;

    public override int RequestsSent => 1;

    public override Stream? Body { get; }

    public override long? BodyLength => Body?.Length;

    /// <summary>The answer to a request; null when the entry was evicted meanwhile.</summary>
    public static CachedResponse? Create(CacheEntry entry, IReadOnlyList<string> requestHeaders, DateTimeOffset now, string cacheStatus, bool withoutBody = false)
    {
        if (IsNotModified(entry, requestHeaders)) return new CachedResponse(entry, now, cacheStatus, 304, null, null);
        if (withoutBody) return new CachedResponse(entry, now, cacheStatus, entry.Status, null, null);
        var length = entry.Body.Length;
        var (start, end, contentRange, status) = (0L, length, (string?)null, entry.Status);
        if (entry.Status == 200 && ByteRange.Parse(HeaderFields.Find(requestHeaders, "range"), length) is { } range)
        {
            if (range.IsUnsatisfiable) return new CachedResponse(entry, now, cacheStatus, 416, null, $"bytes */{length}");
            (start, end, status) = (range.Start, range.End, 206);
            contentRange = $"bytes {start}-{end - 1}/{length}";
        }

        if (status is 204 or 205) return new CachedResponse(entry, now, cacheStatus, status, null, null);
        return entry.Body.TryOpen(start, end - start) is { } body ? new CachedResponse(entry, now, cacheStatus, status, body, contentRange) : null;
    }

    public override void CopyHeaders(List<string> flat)
    {
        for (var i = 0; i + 1 < _entry.Headers.Count; i += 2)
        {
            if (_entry.Headers[i] == "content-length" && Status != _entry.Status) continue;
            flat.Add(_entry.Headers[i]);
            flat.Add(_entry.Headers[i + 1]);
        }

        flat.AddRange(["age", _age, CacheStatus.Header, _cacheStatus]);
        if (_contentRange is not null) flat.AddRange(["content-range", _contentRange]);
        if (Status == 206) flat.AddRange(["content-length", Body!.Length.ToString(CultureInfo.InvariantCulture)]);
    }

    public override ValueTask DisposeAsync() => Body?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static bool IsNotModified(CacheEntry entry, IReadOnlyList<string> requestHeaders)
    {
        if (HeaderFields.Find(requestHeaders, "if-none-match") is { } tags)
        {
            if (tags.Trim() == "*") return true;
            return HeaderFields.Find(entry.Headers, "etag") is { } own && HeaderFields.Members(tags).Any(tag => Opaque(tag) == Opaque(own));
        }

        return CachePolicy.Date(HeaderFields.Find(requestHeaders, "if-modified-since")) is { } since
            && CachePolicy.Date(HeaderFields.Find(entry.Headers, "last-modified")) is { } modified
            && modified <= since;
    }

    // The weak comparison of RFC 9110 section 8.8.3.2.
    private static string Opaque(string tag) => tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag;
}

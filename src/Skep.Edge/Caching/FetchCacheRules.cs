using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Skep.Abstractions.Channels;

namespace Skep.Edge.Caching;

/// <summary>How a <c>fetch()</c> is cached: what its <c>cf</c> object asks for, and what holds without one
/// (https://developers.cloudflare.com/workers/runtime-apis/request/#the-cf-property-requestinitcfproperties,
/// https://developers.cloudflare.com/cache/concepts/default-cache-behavior/#default-cached-file-extensions).</summary>
internal sealed record FetchCacheRules
{
    private static readonly FrozenSet<string> Extensions = (
        "7z csv gif midi png tif zip avi doc gz mkv ppt tiff zst avif docx ico mp3 pptx ttf apk dmg iso mp4 ps webm bin ejs jar ogg rar webp "
        + "bmp eot jpg otf svg woff bz2 eps jpeg pdf svgz woff2 class exe js pict swf xls css flac mid pls tar xlsx").Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> ByExtension = Extensions.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FetchCacheRules Never = new();
    private static readonly FetchCacheRules Plain = new() { IsEligible = true };

    /// <summary>The cache is asked, and given the response.</summary>
    public bool IsEligible { get; private init; }

    /// <summary>It would be eligible, but the request wants nothing of the cache.</summary>
    public bool IsBypassed { get; private init; }

    /// <summary>How long a response is fresh, whatever it says itself; zero: it is asked for anew each time.</summary>
    public TimeSpan? Ttl { get; private init; }

    /// <summary>The same by status, the first range that fits; a negative time: it is not kept.</summary>
    public IReadOnlyList<(int From, int To, TimeSpan Ttl)> TtlByStatus { get; private init; } = [];

    public string? Key { get; private init; }

    public IReadOnlyList<string> Tags { get; private init; } = [];

    /// <summary>The rules of a request.</summary>
    /// <param name="request">It.</param>
    /// <param name="byExtension">Whether URLs of files are cached without being asked to.</param>
    public static FetchCacheRules Of(Subrequest request, bool byExtension)
    {
        if (request.Method is not ("GET" or "HEAD") || request.Upgrade is not null || request.HasBody) return Never;
        var plain = byExtension && HasCachedExtension(request.Url) ? Plain : Never;
        return request.Cf is { } cf && cf.Contains("\"cache", StringComparison.Ordinal) ? Read(cf, plain) : plain;
    }

    /// <summary>How the response is kept; null when it is not.</summary>
    public CacheDecision? Decide(int status, IReadOnlyList<string> headers, IReadOnlyList<string> requestHeaders, string url, DateTimeOffset now)
    {
        var control = CacheControl.Parse(HeaderFields.Find(headers, "cache-control"));
        if (HeaderFields.Find(requestHeaders, "authorization") is not null && !MayShareAuthorized(control)) return null;
        var lifetime = CachePolicy.Lifetime(status, headers, now, out var dropCookies);
        if ((Ttl ?? ByStatus(status)) is { } told)
        {
            // A time forces what the response forbids; none at all, which `cache: "no-cache"` is too, does not.
            if (told < TimeSpan.Zero || status is 206 or 304 or < 200 || (told == TimeSpan.Zero && Forbids(control, headers))) return null;
            (lifetime, dropCookies) = (told, true);
        }
        else if (lifetime == TimeSpan.Zero && (status >= 400 || Forbids(control, headers) || !(control.StaleWhileRevalidate > TimeSpan.Zero)))
        {
            // Without any freshness it is not worth keeping: the origin would be asked each time.
            return null;
        }

        return new CacheDecision(lifetime, dropCookies) { Tags = Tags, Url = url };
    }

    private TimeSpan? ByStatus(int status)
    {
        foreach (var (from, to, ttl) in TtlByStatus)
        {
            if (status >= from && status <= to) return ttl;
        }

        return null;
    }

    private static bool Forbids(CacheControl control, IReadOnlyList<string> headers) =>
        control.NoStore || control.NoCache || control.IsPrivate || HeaderFields.Find(headers, "set-cookie") is not null;

    // https://www.rfc-editor.org/rfc/rfc9111#section-3.5
    private static bool MayShareAuthorized(CacheControl control) => control.IsPublic || control.MustRevalidate || control.SharedMaxAge is not null;

    private static FetchCacheRules Read(string text, FetchCacheRules plain)
    {
        using var document = JsonDocument.Parse(text);
        var cf = document.RootElement;
        if (cf.ValueKind != JsonValueKind.Object) return plain;
        var ttl = Seconds(cf, "cacheTtl");
        var isEligible = plain.IsEligible || ttl is not null || (cf.TryGetProperty("cacheEverything", out var everything) && everything.ValueKind == JsonValueKind.True);
        if (!isEligible) return plain;
        var isBypassed = ttl < TimeSpan.Zero;
        return new FetchCacheRules
        {
            IsEligible = !isBypassed,
            IsBypassed = isBypassed,
            Ttl = ttl,
            TtlByStatus = Ranges(cf),
            Key = cf.TryGetProperty("cacheKey", out var key) && key.ValueKind == JsonValueKind.String ? key.GetString() : null,
            Tags = cf.TryGetProperty("cacheTags", out var tags) && tags.ValueKind == JsonValueKind.Array
                ? [.. tags.EnumerateArray().Where(static tag => tag.ValueKind == JsonValueKind.String).Select(static tag => tag.GetString()!)]
                : [],
        };
    }

    private static TimeSpan? Seconds(JsonElement cf, string name) =>
        cf.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? ToTime(value.GetDouble()) : null;

    private static TimeSpan ToTime(double seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, -1, int.MaxValue));

    // { "200-299": 86400, "404": 1, "500-599": -1 }
    private static List<(int From, int To, TimeSpan Ttl)> Ranges(JsonElement cf)
    {
        var ranges = new List<(int, int, TimeSpan)>();
        if (!cf.TryGetProperty("cacheTtlByStatus", out var byStatus) || byStatus.ValueKind != JsonValueKind.Object) return ranges;
        foreach (var property in byStatus.EnumerateObject())
        {
            var dash = property.Name.IndexOf('-', StringComparison.Ordinal);
            var first = dash < 0 ? property.Name : property.Name[..dash];
            var last = dash < 0 ? property.Name : property.Name[(dash + 1)..];
            if (property.Value.ValueKind == JsonValueKind.Number
                && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var from)
                && int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var to))
                ranges.Add((from, to, ToTime(property.Value.GetDouble())));
        }

        return ranges;
    }

    private static bool HasCachedExtension(string url)
    {
        var path = url.AsSpan();
        if (path.IndexOf('?') is >= 0 and var query) path = path[..query];
        var slash = path.LastIndexOf('/');
        var dot = path.LastIndexOf('.');
        return dot > slash && slash > path.IndexOf("://") + 2 && ByExtension.Contains(path[(dot + 1)..]);
    }
}

using System.Collections.Frozen;
using System.Globalization;

namespace Skep.Edge.Caching;

/// <summary>Whether and for how long a shared cache keeps a response (RFC 9111 sections 3 and 4.2, and Cloudflare's defaults where a
/// response says nothing: https://developers.cloudflare.com/cache/how-to/configure-cache-status-code/#edge-ttl).</summary>
internal static class CachePolicy
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    private static readonly FrozenDictionary<int, TimeSpan> Defaults = new Dictionary<int, TimeSpan>
    {
        [200] = TimeSpan.FromMinutes(120),
        [301] = TimeSpan.FromMinutes(120),
        [302] = TimeSpan.FromMinutes(20),
        [303] = TimeSpan.FromMinutes(20),
        [404] = TimeSpan.FromMinutes(3),
        [410] = TimeSpan.FromMinutes(3),
    }.ToFrozenDictionary();

    /// <summary>How long a response is fresh from now on; zero: it is not kept. <paramref name="dropCookies"/> says that it is kept
    /// without its cookies.</summary>
    public static TimeSpan Lifetime(int status, IReadOnlyList<string> headers, DateTimeOffset now, out bool dropCookies)
    {
        var control = CacheControl.Parse(HeaderFields.Find(headers, "cache-control"));
        dropCookies = control.PrivateFields.Contains("set-cookie", StringComparer.OrdinalIgnoreCase);
        if (control.NoStore || control.NoCache || control.IsPrivate) return TimeSpan.Zero;
        if (HeaderFields.Find(headers, "set-cookie") is not null && !dropCookies) return TimeSpan.Zero;
        if (status is 206 or 304 or < 200) return TimeSpan.Zero;
        var lifetime = control.SharedMaxAge ?? control.MaxAge ?? FromExpires(headers, now) ?? Defaults.GetValueOrDefault(status);
        lifetime -= InitialAge(headers);
        return lifetime <= TimeSpan.Zero ? TimeSpan.Zero : lifetime < Longest ? lifetime : Longest;
    }

    /// <summary>The age that a response had when it came.</summary>
    public static TimeSpan InitialAge(IReadOnlyList<string> headers) =>
        int.TryParse(HeaderFields.Find(headers, "age"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero;

    /// <summary>An HTTP date, or null.</summary>
    public static DateTimeOffset? Date(string? value) =>
        DateTimeOffset.TryParseExact(value, ["r", "dddd, dd-MMM-yy HH:mm:ss 'GMT'", "ddd MMM d HH:mm:ss yyyy"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowInnerWhite, out var date) ? date : null;

    private static TimeSpan? FromExpires(IReadOnlyList<string> headers, DateTimeOffset now)
    {
        if (HeaderFields.Find(headers, "expires") is not { } expires) return null;
        // What is not a date has passed already (RFC 9111 section 5.3).
        return Date(expires) is { } date ? date - (Date(HeaderFields.Find(headers, "date")) ?? now) : TimeSpan.Zero;
    }
}

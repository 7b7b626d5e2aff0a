using System.Globalization;

namespace Skep.Control.Envelopes;

/// <summary>Times of the API: clients compare them as text, so all have the same precision.</summary>
internal static class ApiTime
{
    /// <summary>Now, in whole milliseconds.</summary>
    public static DateTimeOffset Now(TimeProvider time) => DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>As clients want it: <c>2026-01-01T00:00:00.000Z</c>.</summary>
    public static string Text(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}

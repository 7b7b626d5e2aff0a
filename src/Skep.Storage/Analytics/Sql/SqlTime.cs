using System.Globalization;
using System.Text;
using Skep.Abstractions.Analytics;

namespace Skep.Storage.Analytics.Sql;

/// <summary>Moments, which are seconds since 1970, and intervals.</summary>
internal static class SqlTime
{
    private const string Pattern = "yyyy-MM-dd HH:mm:ss";
    private static readonly string[] Patterns = [Pattern, "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd HH:mm", "yyyy-MM-dd"];
    private static readonly Dictionary<string, long> Seconds = new(StringComparer.Ordinal)
    {
        ["SECOND"] = 1, ["MINUTE"] = 60, ["HOUR"] = 3_600, ["DAY"] = 86_400, ["WEEK"] = 604_800,
    };

    /// <summary>What intervals are counted in.</summary>
    public static IReadOnlyList<string> Units { get; } = ["SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR"];

    public static bool IsUnit(string word) => Units.Contains(word);

    public static string Write(long moment) => At(moment).ToString(Pattern, CultureInfo.InvariantCulture);

    /// <exception cref="AnalyticsException">It is no moment.</exception>
    public static long Parse(string text, TimeZoneInfo? zone = null)
    {
        if (!DateTime.TryParseExact(text, Patterns, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
            throw new AnalyticsException($"\"{text}\" is no moment; write it as '{Pattern}'.");
        var offset = zone?.GetUtcOffset(DateTime.SpecifyKind(local, DateTimeKind.Unspecified)) ?? TimeSpan.Zero;
        return new DateTimeOffset(local, offset).ToUnixTimeSeconds();
    }

    public static TimeZoneInfo Zone(string name) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : throw new AnalyticsException($"There is no time zone \"{name}\". SHOW TIMEZONES has those there are.");

    public static long Add(long moment, long count, string unit)
    {
        if (Seconds.TryGetValue(unit, out var seconds)) return checked(moment + (count * seconds));
        return ((DateTimeOffset)At(moment).AddMonths(checked((int)(count * Months(unit))))).ToUnixTimeSeconds();
    }

    /// <summary>The beginning of the interval that the moment is in.</summary>
    public static long Start(long moment, long count, string unit, TimeZoneInfo zone)
    {
        if (count < 1) throw new AnalyticsException("An interval to begin must be of at least 1.");
        var offset = (long)zone.GetUtcOffset(DateTimeOffset.FromUnixTimeSeconds(moment)).TotalSeconds;
        var local = moment + offset;
        long start;
        if (unit == "WEEK")
        {
            // 1970 began with a Thursday; weeks begin with Mondays.
            const long Monday = -3 * 86_400;
            start = Monday + Floor(local - Monday, count * Seconds[unit]);
        }
        else if (Seconds.TryGetValue(unit, out var seconds))
        {
            start = Floor(local, checked(count * seconds));
        }
        else
        {
            var date = At(local);
            var months = ((date.Year - 1970) * 12) + date.Month - 1;
            start = ((DateTimeOffset)new DateTime(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMonths((int)Floor(months, count * Months(unit)))).ToUnixTimeSeconds();
        }

        // As the clock there shows it.
        return start - (long)zone.GetUtcOffset(DateTimeOffset.FromUnixTimeSeconds(start - offset)).TotalSeconds;
    }

    /// <summary>As ClickHouse's formatDateTime.</summary>
    public static string Format(long moment, string pattern, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(moment), zone);
        StringBuilder text = new();
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] != '%' || i + 1 == pattern.Length)
            {
                text.Append(pattern[i]);
                continue;
            }

            i++;
            text.Append(pattern[i] switch
            {
                'Y' => $"{local.Year:0000}",
                'y' => $"{local.Year % 100:00}",
                'm' => $"{local.Month:00}",
                'd' => $"{local.Day:00}",
                'e' => $"{local.Day,2}",
                'H' => $"{local.Hour:00}",
                'I' => $"{((local.Hour + 11) % 12) + 1:00}",
                'M' or 'i' => $"{local.Minute:00}",
                'S' or 's' => $"{local.Second:00}",
                'j' => $"{local.DayOfYear:000}",
                'p' => local.Hour < 12 ? "AM" : "PM",
                'u' => $"{(((int)local.DayOfWeek + 6) % 7) + 1}",
                'w' => $"{(int)local.DayOfWeek}",
                'F' => $"{local.Year:0000}-{local.Month:00}-{local.Day:00}",
                'T' => $"{local.Hour:00}:{local.Minute:00}:{local.Second:00}",
                'R' => $"{local.Hour:00}:{local.Minute:00}",
                'D' => $"{local.Month:00}/{local.Day:00}/{local.Year % 100:00}",
                'Q' => $"{((local.Month - 1) / 3) + 1}",
                'n' => "\n",
                't' => "\t",
                '%' => "%",
                var other => throw new AnalyticsException($"formatDateTime() does not know %{other}."),
            });
        }

        return text.ToString();
    }

    private static int Months(string unit) => unit switch { "MONTH" => 1, "QUARTER" => 3, _ => 12 };

    private static long Floor(long value, long step) => value - (((value % step) + step) % step);

    private static DateTime At(long moment) => moment is > -62_135_596_800 and < 253_402_300_800
        ? DateTimeOffset.FromUnixTimeSeconds(moment).UtcDateTime
        : throw new AnalyticsException($"{moment} is no moment.");
}

using Skep.Abstractions.Scheduling;

namespace Skep.Edge.Triggers;

/// <summary>Which times of a trigger are due now. When the server was away: each of the last ten minutes, or else the latest time of
/// the last day. What is older is over.</summary>
internal static class MissedTimes
{
    private static readonly TimeSpan EachWithin = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan OneWithin = TimeSpan.FromDays(1);

    /// <summary>The times that are due, oldest first.</summary>
    /// <param name="cron">When the trigger fires.</param>
    /// <param name="after">What came before, this minute included, has been seen to.</param>
    /// <param name="now">The minute it is.</param>
    public static IEnumerable<DateTimeOffset> Of(CronExpression cron, DateTimeOffset after, DateTimeOffset now)
    {
        var each = Later(after, now - EachWithin);
        var recent = Between(cron, each, now);
        if (recent.Count > 0 || after >= each) return recent;
        return Between(cron, Later(after, now - OneWithin), each).TakeLast(1);
    }

    private static List<DateTimeOffset> Between(CronExpression cron, DateTimeOffset after, DateTimeOffset until)
    {
        var times = new List<DateTimeOffset>();
        for (var minute = after.AddMinutes(1); minute <= until; minute = minute.AddMinutes(1))
        {
            if (cron.Contains(minute)) times.Add(minute);
        }

        return times;
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}

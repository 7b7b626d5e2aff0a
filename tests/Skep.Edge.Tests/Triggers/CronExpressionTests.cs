using System.Globalization;
using Skep.Abstractions.Scheduling;

namespace Skep.Edge.Tests.Triggers;

/// <summary>The syntax is that of https://github.com/cloudflare/saffron, which Cloudflare reads cron triggers with.</summary>
public sealed class CronExpressionTests
{
    private const string From = "2026-11-21T12:34"; // a Saturday

    [Theory]
    [InlineData("* * * * *", "2026-11-21T12:35", "2026-11-21T12:36")]
    [InlineData("*/30 * * * *", "2026-11-21T13:00", "2026-11-21T13:30")]
    [InlineData("45 * * * *", "2026-11-21T12:45", "2026-11-21T13:45")]
    [InlineData("5/20 * * * *", "2026-11-21T12:45", "2026-11-21T13:05")]
    [InlineData("10-20/5,50 0 * * *", "2026-11-22T00:10", "2026-11-22T00:15", "2026-11-22T00:20", "2026-11-22T00:50")]
    [InlineData("0 22-2/2 * * *", "2026-11-21T22:00", "2026-11-22T00:00", "2026-11-22T02:00", "2026-11-22T22:00")]
    [InlineData("0 17 * * sun", "2026-11-22T17:00", "2026-11-29T17:00")]
    [InlineData("0 17 * * 1", "2026-11-22T17:00", "2026-11-29T17:00")]
    [InlineData("10 7 * * mon-fri", "2026-11-23T07:10", "2026-11-24T07:10")]
    [InlineData("10 7 * * 2-6", "2026-11-23T07:10", "2026-11-24T07:10")]
    [InlineData("0 0 * * FRI-MON", "2026-11-22T00:00", "2026-11-23T00:00", "2026-11-27T00:00", "2026-11-28T00:00")]
    [InlineData("0 0 * * */2", "2026-11-22T00:00", "2026-11-24T00:00", "2026-11-26T00:00", "2026-11-28T00:00", "2026-11-29T00:00")]
    [InlineData("0 15 1 * *", "2026-12-01T15:00", "2027-01-01T15:00")]
    [InlineData("0 18 * * 6L", "2026-11-27T18:00", "2026-12-25T18:00")]
    [InlineData("0 18 * * friL", "2026-11-27T18:00", "2026-12-25T18:00")]
    [InlineData("0 0 * * L", "2026-11-28T00:00", "2026-12-05T00:00")]
    [InlineData("0 0 * * tue#2", "2026-12-08T00:00", "2027-01-12T00:00")]
    [InlineData("0 0 * * 7#5", "2027-01-30T00:00", "2027-05-29T00:00")]
    [InlineData("59 23 LW * *", "2026-11-30T23:59", "2026-12-31T23:59", "2027-01-29T23:59")]
    [InlineData("0 0 L * *", "2026-11-30T00:00", "2026-12-31T00:00")]
    [InlineData("0 0 L-2 2 *", "2027-02-26T00:00", "2028-02-27T00:00")]
    [InlineData("0 0 L-2W 1 *", "2027-01-29T00:00", "2028-01-28T00:00")]
    [InlineData("0 0 1W * *", "2026-12-01T00:00", "2027-01-01T00:00", "2027-02-01T00:00", "2027-03-01T00:00", "2027-04-01T00:00", "2027-05-03T00:00")]
    [InlineData("0 0 15W 8 *", "2027-08-16T00:00")]
    [InlineData("0 0 31W 1 *", "2027-01-29T00:00")]
    [InlineData("0 0 29 feb *", "2028-02-29T00:00", "2032-02-29T00:00")]
    [InlineData("0 0 13 * FRI", "2026-11-27T00:00", "2026-12-04T00:00", "2026-12-11T00:00", "2026-12-13T00:00")]
    [InlineData("0 0 1 nov-feb *", "2026-12-01T00:00", "2027-01-01T00:00", "2027-02-01T00:00", "2027-11-01T00:00")]
    [InlineData("0 0 1,*/10 * *", "2026-12-01T00:00", "2026-12-11T00:00", "2026-12-21T00:00", "2026-12-31T00:00", "2027-01-01T00:00")]
    [InlineData("0\t0  1 1 *", "2027-01-01T00:00")]
    public void It_fires_at(string cron, params string[] times)
    {
        Assert.True(CronExpression.TryParse(cron, out var expression, out var problem), problem);
        var at = At(From);
        foreach (var expected in times)
        {
            at = expression.After(at)!.Value;
            Assert.Equal(At(expected), at);
            Assert.True(expression.Contains(at.AddSeconds(59)));
        }
    }

    [Theory]
    [InlineData("", "the minute is missing")]
    [InlineData("* * * *", "there is no weekday: an expression has five fields (minute, hour, day of month, month, weekday)")]
    [InlineData("* * * * * *", "the weekday has an unexpected \" \"")]
    [InlineData(" * * * * *", "the minute has an unexpected \" \"")]
    [InlineData("60 * * * *", "the minute 60 is not between 0 and 59")]
    [InlineData("* 24 * * *", "the hour 24 is not between 0 and 23")]
    [InlineData("* * 0 * *", "the day of month 0 is not between 1 and 31")]
    [InlineData("* * * 13 *", "the month 13 is not between 1 and 12")]
    [InlineData("* * * * 0", "the weekday 0 is not between 1 (Sunday) and 7 (Saturday)")]
    [InlineData("* * * * 8", "the weekday 8 is not between 1 (Sunday) and 7 (Saturday)")]
    [InlineData("*/0 * * * *", "the step of the minute 0 is not between 1 and 59")]
    [InlineData("*/60 * * * *", "the step of the minute 60 is not between 1 and 59")]
    [InlineData("* */24 * * *", "the step of the hour 24 is not between 1 and 23")]
    [InlineData("1, * * * *", "the minute has an unexpected \" \"")]
    [InlineData("1- * * * *", "the minute has an unexpected \" \"")]
    [InlineData("*-5 * * * *", "the minute has an unexpected \"-\"")]
    [InlineData("? * * * *", "the minute has an unexpected \"?\"")]
    [InlineData("* * L-0 * *", "the number of days before the last 0 is not between 1 and 30")]
    [InlineData("* * L-31 * *", "the number of days before the last 31 is not between 1 and 30")]
    [InlineData("* * 1W,3 * *", "the day of month has an unexpected \",\"")]
    [InlineData("* * 3,L * *", "the day of month has an unexpected \"L\"")]
    [InlineData("* * * * 2#6", "the place of the weekday in the month 6 is not between 1 and 5")]
    [InlineData("* * * * monday", "the weekday has an unexpected \"d\"")]
    [InlineData("99999999999 * * * *", "the minute 99999999999 is not between 0 and 59")]
    public void It_is_none(string cron, string reason)
    {
        Assert.False(CronExpression.TryParse(cron, out _, out var problem));
        Assert.Equal(reason, problem);
    }

    [Fact]
    public void Some_days_never_come()
    {
        Assert.True(CronExpression.TryParse("0 0 31 2 *", out var expression, out _));
        Assert.Null(expression.After(At(From)));
    }

    [Fact]
    public void What_it_contains_is_what_comes_after()
    {
        foreach (var cron in (string[])["*/7 3-5 L-3W * TUE#3", "0 12 15W */2 1L", "30 6 10-20/3 JAN,JUN-AUG FRI-MON/2"])
        {
            Assert.True(CronExpression.TryParse(cron, out var expression, out _));
            var next = expression.After(At(From));
            for (var at = At(From).AddMinutes(1); at < At(From).AddDays(120); at = at.AddMinutes(1))
            {
                Assert.Equal(at == next, expression.Contains(at));
                if (at == next) next = expression.After(at);
            }
        }
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}

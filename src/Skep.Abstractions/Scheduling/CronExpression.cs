using System.Diagnostics.CodeAnalysis;

namespace Skep.Abstractions.Scheduling;

/// <summary>When a cron trigger fires, in UTC and to the minute
/// (https://developers.cloudflare.com/workers/configuration/cron-triggers/#supported-cron-expressions).</summary>
/// <remarks>Minute, hour, day of month, month, weekday (1 is Sunday); names, lists, ranges (also over the end: <c>FRI-MON</c>),
/// steps, <c>L</c>, <c>W</c> and <c>#</c>. When both day fields say something, a day needs to be in one of them.</remarks>
public sealed class CronExpression
{
    // The 29th of February, a weekday of it at a place in the month: the calendar repeats after 400 years, but such days come sooner.
    private const int FurthestYears = 40;

    private readonly ulong _minutes;
    private readonly ulong _hours;
    private readonly CronDaysOfMonth _daysOfMonth;
    private readonly ulong _months;
    private readonly CronDaysOfWeek _daysOfWeek;

    private CronExpression(ref CronReader reader)
    {
        _minutes = CronField.Minute.ReadList(ref reader);
        reader.NextField(CronField.Minute.Name, CronField.Hour.Name);
        _hours = CronField.Hour.ReadList(ref reader);
        reader.NextField(CronField.Hour.Name, CronField.DayOfMonth.Name);
        _daysOfMonth = CronDaysOfMonth.Read(ref reader);
        reader.NextField(CronField.DayOfMonth.Name, CronField.Month.Name);
        _months = CronField.Month.ReadList(ref reader);
        reader.NextField(CronField.Month.Name, CronField.DayOfWeek.Name);
        _daysOfWeek = CronDaysOfWeek.Read(ref reader);
        if (!reader.AtEnd) throw new FormatException($"the {CronField.DayOfWeek.Name} {reader.Unexpected()}");
    }

    /// <summary>Reads an expression.</summary>
    /// <param name="text">E.g. <c>*/5 * * * MON-FRI</c>.</param>
    /// <param name="expression">The expression.</param>
    /// <param name="problem">What is wrong with it, as a clause, when it is none.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out CronExpression? expression, [NotNullWhen(false)] out string? problem)
    {
        try
        {
            var reader = new CronReader(text);
            (expression, problem) = (new CronExpression(ref reader), null);
            return true;
        }
        catch (FormatException wrong)
        {
            (expression, problem) = (null, wrong.Message);
            return false;
        }
    }

    /// <summary>True when it fires in that minute.</summary>
    public bool Contains(DateTimeOffset moment)
    {
        var time = moment.UtcDateTime;
        return (_minutes >> time.Minute & 1) != 0 && (_hours >> time.Hour & 1) != 0 && ContainsDay(time);
    }

    /// <summary>The first time after that moment; null when there is none, as for the 31st of February.</summary>
    public DateTimeOffset? After(DateTimeOffset moment)
    {
        var time = moment.UtcDateTime;
        time = time.AddTicks(TimeSpan.TicksPerMinute - (time.Ticks % TimeSpan.TicksPerMinute));
        var end = time.Date.AddYears(FurthestYears);
        while (time < end)
        {
            if (!ContainsDay(time)) time = time.Date.AddDays(1);
            else if ((_hours >> time.Hour & 1) == 0) time = time.Date.AddHours(time.Hour + 1);
            else if ((_minutes >> time.Minute & 1) == 0) time = time.AddMinutes(1);
            else return new DateTimeOffset(time, TimeSpan.Zero);
        }

        return null;
    }

    private bool ContainsDay(DateTime date)
    {
        if ((_months >> date.Month & 1) == 0) return false;
        return (_daysOfMonth.IsEvery, _daysOfWeek.IsEvery) switch
        {
            (true, true) => true,
            (true, false) => _daysOfWeek.Contains(date),
            (false, true) => _daysOfMonth.Contains(date),
            _ => _daysOfMonth.Contains(date) || _daysOfWeek.Contains(date),
        };
    }
}

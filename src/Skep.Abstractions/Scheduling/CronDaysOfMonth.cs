namespace Skep.Abstractions.Scheduling;

/// <summary>The third field: days of the month, counted from either end, or the working day nearest to one.</summary>
internal readonly record struct CronDaysOfMonth
{
    private const int FurthestFromEnd = 30;

    private readonly Kind _kind;
    private readonly ulong _days;
    private readonly int _number;

    private CronDaysOfMonth(Kind kind, ulong days = 0, int number = 0)
    {
        _kind = kind;
        _days = days;
        _number = number;
    }

    private enum Kind
    {
        /// <summary><c>*</c></summary>
        Every,

        /// <summary>A list.</summary>
        Listed,

        /// <summary><c>L</c>, <c>L-3</c>: so many days before the last.</summary>
        FromEnd,

        /// <summary><c>LW</c>, <c>L-3W</c></summary>
        WorkingFromEnd,

        /// <summary><c>15W</c></summary>
        Working,
    }

    public bool IsEvery => _kind == Kind.Every;

    public static CronDaysOfMonth Read(ref CronReader reader)
    {
        var field = CronField.DayOfMonth;
        if (reader.Take('L'))
        {
            var back = reader.Take('-') ? reader.Number("number of days before the last", 1, FurthestFromEnd) : 0;
            return new(reader.Take('W') ? Kind.WorkingFromEnd : Kind.FromEnd, number: back);
        }

        if (reader.TakeStar()) return new(Kind.Every);
        if (reader.Next == '*') return new(Kind.Listed, field.ReadList(ref reader));

        var first = field.ReadValue(ref reader);
        return reader.Take('W') ? new(Kind.Working, number: first) : new(Kind.Listed, field.ReadList(ref reader, first));
    }

    public bool Contains(DateTime date)
    {
        var days = DateTime.DaysInMonth(date.Year, date.Month);
        return _kind switch
        {
            Kind.Listed => (_days >> date.Day & 1) != 0,
            Kind.FromEnd => date.Day == days - _number,
            Kind.WorkingFromEnd => date.Day == WorkingDay(date, days - _number, days),
            Kind.Working => date.Day == WorkingDay(date, _number, days),
            _ => true,
        };
    }

    // The nearest working day of the same month: Saturday goes back and Sunday on, unless that leaves the month.
    private static int WorkingDay(DateTime month, int day, int days)
    {
        if (day < 1 || day > days) return 0;
        return new DateTime(month.Year, month.Month, day).DayOfWeek switch
        {
            DayOfWeek.Saturday => day > 1 ? day - 1 : day + 2,
            DayOfWeek.Sunday => day < days ? day + 1 : day - 2,
            _ => day,
        };
    }
}

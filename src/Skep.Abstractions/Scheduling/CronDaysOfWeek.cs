namespace Skep.Abstractions.Scheduling;

/// <summary>The fifth field: days of the week, or one of them by its place in the month. 1 is Sunday.</summary>
internal readonly record struct CronDaysOfWeek
{
    private const int Week = 7;
    private const int MostInMonth = 5;

    private readonly Kind _kind;
    private readonly ulong _days;
    private readonly int _nth;

    private CronDaysOfWeek(Kind kind, ulong days = 0, int nth = 0)
    {
        _kind = kind;
        _days = days;
        _nth = nth;
    }

    private enum Kind
    {
        /// <summary><c>*</c></summary>
        Every,

        /// <summary>A list; <c>L</c> alone is Saturday.</summary>
        Listed,

        /// <summary><c>FRIL</c>: the last one of the month.</summary>
        Last,

        /// <summary><c>FRI#2</c></summary>
        Nth,
    }

    public bool IsEvery => _kind == Kind.Every;

    public static CronDaysOfWeek Read(ref CronReader reader)
    {
        var field = CronField.DayOfWeek;
        if (reader.Take('L')) return new(Kind.Listed, Bit(field.Most));
        if (reader.TakeStar()) return new(Kind.Every);
        if (reader.Next == '*') return new(Kind.Listed, field.ReadList(ref reader));

        var first = field.ReadValue(ref reader);
        if (reader.Take('L')) return new(Kind.Last, Bit(first));
        if (reader.Take('#')) return new(Kind.Nth, Bit(first), reader.Number("place of the weekday in the month", 1, MostInMonth));
        return new(Kind.Listed, field.ReadList(ref reader, first));
    }

    public bool Contains(DateTime date) =>
        (_days >> ((int)date.DayOfWeek + 1) & 1) != 0 && _kind switch
        {
            Kind.Last => date.Day + Week > DateTime.DaysInMonth(date.Year, date.Month),
            Kind.Nth => (date.Day - 1) / Week == _nth - 1,
            _ => true,
        };

    private static ulong Bit(int day) => 1UL << day;
}

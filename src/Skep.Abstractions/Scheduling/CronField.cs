namespace Skep.Abstractions.Scheduling;

/// <summary>One of the five fields of a cron expression: what it is called, and which values it has.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Least">The smallest value.</param>
/// <param name="Most">The largest value.</param>
/// <param name="Names">Three letters for each value from <paramref name="Least"/> on, or none.</param>
internal sealed record CronField(string Name, int Least, int Most, params string[] Names)
{
    public static readonly CronField Minute = new("minute", 0, 59);
    public static readonly CronField Hour = new("hour", 0, 23);
    public static readonly CronField DayOfMonth = new("day of month", 1, 31);
    public static readonly CronField Month = new("month", 1, 12, "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");
    public static readonly CronField DayOfWeek = new("weekday", 1, 7, "SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");

    // A step over as many values as there are would be the first value alone: Cloudflare refuses it.
    private int LargestStep => Most - Least;

    /// <summary>Reads a field that is a list of values, ranges and steps; bit n stands for the value n.</summary>
    public ulong ReadList(ref CronReader reader)
    {
        ulong values = 0;
        do values |= ReadItem(ref reader);
        while (reader.Take(','));
        return values;
    }

    /// <summary>Reads the rest of a list whose first value has been read.</summary>
    public ulong ReadList(ref CronReader reader, int first)
    {
        var values = ReadItem(ref reader, first, isStar: false);
        return reader.Take(',') ? values | ReadList(ref reader) : values;
    }

    /// <summary>Reads a number or a name of the field.</summary>
    public int ReadValue(ref CronReader reader)
    {
        for (var i = 0; i < Names.Length; i++)
        {
            if (reader.Take(Names[i])) return Least + i;
        }

        return reader.Number(Name, Least, Most);
    }

    private ulong ReadItem(ref CronReader reader) =>
        reader.Take('*') ? ReadItem(ref reader, Least, isStar: true) : ReadItem(ref reader, ReadValue(ref reader), isStar: false);

    private ulong ReadItem(ref CronReader reader, int first, bool isStar)
    {
        var last = isStar ? Most : first;
        if (!isStar && reader.Take('-')) last = ReadValue(ref reader);
        else if (!isStar && reader.Next == '/') last = Most;
        var step = reader.Take('/') ? reader.Number($"step of the {Name}", 1, LargestStep) : 1;
        return Range(first, last, step);
    }

    // A range may go over the end: FRI-MON, 22-4.
    private ulong Range(int first, int last, int step)
    {
        var count = Most - Least + 1;
        var span = (last - first + count) % count;
        ulong values = 0;
        for (var offset = 0; offset <= span; offset += step) values |= 1UL << (Least + ((first - Least + offset) % count));
        return values;
    }
}

using System.Globalization;

namespace Skep.Abstractions.Scheduling;

/// <summary>Reads a cron expression from left to right.</summary>
internal ref struct CronReader(ReadOnlySpan<char> text)
{
    private ReadOnlySpan<char> _rest = text;

    /// <summary>The next character; a zero at the end.</summary>
    public readonly char Next => _rest.IsEmpty ? '\0' : _rest[0];

    public readonly bool AtEnd => _rest.IsEmpty;

    /// <summary>Reads the character if it is the next.</summary>
    public bool Take(char expected)
    {
        if (Next != expected || _rest.IsEmpty) return false;
        _rest = _rest[1..];
        return true;
    }

    /// <summary>Reads a star that stands for every value, unless a step makes a list of it.</summary>
    public bool TakeStar()
    {
        if (Next != '*' || (_rest.Length > 1 && _rest[1] == '/')) return false;
        _rest = _rest[1..];
        return true;
    }

    /// <summary>Reads the word if it is next, in any case.</summary>
    public bool Take(string word)
    {
        if (!_rest.StartsWith(word, StringComparison.OrdinalIgnoreCase)) return false;
        _rest = _rest[word.Length..];
        return true;
    }

    /// <summary>Reads a number within bounds.</summary>
    /// <exception cref="FormatException">There is none, or it is outside.</exception>
    public int Number(string what, int least, int most)
    {
        var digits = _rest.IndexOfAnyExceptInRange('0', '9');
        if (digits < 0) digits = _rest.Length;
        if (digits == 0) throw new FormatException($"the {what} {Unexpected()}");
        var number = _rest[..digits];
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value) || value < least || value > most)
            throw new FormatException($"the {what} {number} is not between {Describe(what, least, most)}");
        _rest = _rest[digits..];
        return value;
    }

    /// <summary>Goes to the next field.</summary>
    /// <exception cref="FormatException">This one goes on, or was the last.</exception>
    public void NextField(string read, string next)
    {
        if (_rest.IsEmpty) throw new FormatException($"there is no {next}: an expression has five fields (minute, hour, day of month, month, weekday)");
        if (Next is not (' ' or '\t')) throw new FormatException($"the {read} {Unexpected()}");
        _rest = _rest.TrimStart(" \t");
    }

    /// <summary>Says that what comes next does not belong there.</summary>
    public readonly string Unexpected() => _rest.IsEmpty ? "is missing" : $"has an unexpected \"{Next}\"";

    private static string Describe(string what, int least, int most) =>
        what == CronField.DayOfWeek.Name ? $"{least} (Sunday) and {most} (Saturday)" : $"{least} and {most}";
}

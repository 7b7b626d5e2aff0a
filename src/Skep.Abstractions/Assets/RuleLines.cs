using System.Collections.Immutable;

namespace Skep.Abstractions.Assets;

/// <summary>The lines of a <c>_headers</c> or <c>_redirects</c> file that say something, one after the other.</summary>
internal sealed class RuleLines(string text, ImmutableArray<FileProblem>.Builder problems)
{
    private readonly string[] _lines = text.Split('\n');
    private int _next;

    /// <summary>The line that was read, without the spaces around it.</summary>
    public string Line { get; private set; } = "";

    /// <summary>Its number; the first line has 1.</summary>
    public int Number => _next;

    /// <summary>How many lines there are from this one on.</summary>
    public int Remaining => _lines.Length - _next + 1;

    /// <summary>Goes to the next line; false at the end. Comments and empty lines are passed over; too long ones are problems.</summary>
    public bool Read()
    {
        while (_next < _lines.Length)
        {
            Line = _lines[_next++].Trim();
            if (Line.Length == 0 || Line[0] == '#') continue;
            if (Line.Length <= AssetLimits.LineLength) return true;
            Report($"Ignoring line {Number} as it exceeds the maximum allowed length of {AssetLimits.LineLength}.");
        }

        return false;
    }

    /// <summary>Something is wrong with the line.</summary>
    public void Report(string problem) => problems.Add(new(Number, problem));
}

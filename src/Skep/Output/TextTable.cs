using System.Globalization;
using System.Text;

namespace Skep.Output;

/// <summary>Rows for people, in boxes.</summary>
internal static class TextTable
{
    public static string Format(IReadOnlyList<string> names, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        // A line break would tear the box apart.
        string[][] cells = [.. rows.Prepend(names).Select(row => row.Select(cell => cell.ReplaceLineEndings("↵")).ToArray())];
        int[] widths = [.. names.Select((_, column) => cells.Max(row => Width(row[column])))];
        StringBuilder text = new();
        Border('┌', '┬', '┐');
        Line(cells[0]);
        foreach (var row in cells.Skip(1))
        {
            Border('├', '┼', '┤');
            Line(row);
        }

        Border('└', '┴', '┘');
        return text.ToString().TrimEnd('\n');

        void Border(char left, char middle, char right) => text.Append(left).AppendJoin(middle, widths.Select(width => new string('─', width + 2))).Append(right).Append('\n');

        void Line(string[] row)
        {
            for (var i = 0; i < row.Length; i++) text.Append("│ ").Append(row[i]).Append(' ', widths[i] - Width(row[i]) + 1);
            text.Append("│\n");
        }
    }

    // Characters that take two places on the screen: East Asian ones and emoji (https://www.unicode.org/reports/tr11/), by their first and last.
    private static readonly (int First, int Last)[] _wide =
    [
        (0x1100, 0x115f), (0x2705, 0x2705), (0x274c, 0x274c), (0x2e80, 0xa4cf), (0xac00, 0xd7a3), (0xf900, 0xfaff), (0xfe30, 0xfe6f), (0xff00, 0xff60), (0xffe0, 0xffe6), (0x1f300, 0x1faff), (0x20000, 0x3fffd),
    ];

    private static int Width(string text)
    {
        var width = 0;
        for (var elements = StringInfo.GetTextElementEnumerator(text); elements.MoveNext();)
        {
            var first = Rune.GetRuneAt(elements.GetTextElement(), 0).Value;
            width += Array.Exists(_wide, range => first >= range.First && first <= range.Last) ? 2 : 1;
        }

        return width;
    }
}

using System.Text;

namespace Skep.Diagnostics;

/// <summary>A line of source with a marker below the place meant.</summary>
internal static class CodeFrame
{
    private const int MaxWidth = 160;

    /// <summary>Two lines, each ending in a newline and beginning with <paramref name="indent"/>.</summary>
    public static string Render(string lineText, int line, int column, int length, string indent)
    {
        var start = Math.Max(column - 1, 0);
        var text = lineText.TrimEnd('\r', '\n');
        // A minified line is shown as a window around the place.
        if (text.Length > MaxWidth)
        {
            var from = Math.Clamp(start - MaxWidth / 2, 0, text.Length - MaxWidth);
            text = text.Substring(from, MaxWidth);
            start -= from;
        }

        start = Math.Clamp(start, 0, text.Length);
        var number = line.ToString();
        var frame = new StringBuilder();
        frame.Append(indent).Append(number).Append(" │ ").Append(text.Replace('\t', ' ')).Append('\n');
        frame.Append(indent).Append(' ', number.Length).Append(" │ ").Append(' ', start);
        frame.Append(length > 1 ? new string('~', Math.Clamp(length, 1, Math.Max(text.Length - start, 1))) : "^").Append('\n');
        return frame.ToString();
    }

    /// <summary>The line of a file, or null when there is none to be read: a frame is a courtesy, not worth a second error.</summary>
    public static string? ReadLine(string file, int line)
    {
        if (line < 1 || !File.Exists(file)) return null;
        try
        {
            return File.ReadLines(file).Skip(line - 1).FirstOrDefault();
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

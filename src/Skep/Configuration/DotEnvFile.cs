using System.Collections.Immutable;
using System.Text;
using Skep.Diagnostics;

namespace Skep.Configuration;

/// <summary>Reads <c>.dev.vars</c>: <c>KEY=value</c> lines in the dotenv syntax, with comments, <c>export</c>, and values in
/// single, double (with escapes) or back quotes that may span lines.</summary>
internal static class DotEnvFile
{
    public static ImmutableArray<KeyValuePair<string, string>> Parse(string file, string text, ICollection<Diagnostic> diagnostics)
    {
        var result = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        var lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var number = i + 1;
            var line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#') continue;
            if (line.StartsWith("export ", StringComparison.Ordinal)) line = line["export ".Length..].TrimStart();

            var equals = line.IndexOf('=');
            var name = equals < 0 ? line : line[..equals].TrimEnd();
            if (equals < 0 || name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-'))
            {
                diagnostics.Add(Diagnostic.Error(
                    "This line is not KEY=value", new SourcePosition(file, number, 1, Math.Max(line.Length, 1)), "Write e.g. API_KEY=\"secret\""));
                continue;
            }

            result.Add(new(name, Value(line[(equals + 1)..].TrimStart(), lines, ref i)));
        }

        return result.ToImmutable();
    }

    private static string Value(string rest, string[] lines, ref int index)
    {
        if (rest.Length == 0 || rest[0] is not ('"' or '\'' or '`') || FindClose(rest, lines, index) is not { } close)
        {
            var comment = rest.IndexOf('#');
            return (comment < 0 ? rest : rest[..comment]).TrimEnd();
        }

        var quoted = new StringBuilder(rest);
        while (index < close.Line) quoted.Append('\n').Append(lines[++index]);
        var inner = quoted.ToString(1, close.Offset - 1);
        return rest[0] == '"' ? Unescape(inner) : inner;
    }

    /// <summary>The line of the closing quote and its offset in the text that begins with the opening one.</summary>
    private static (int Line, int Offset)? FindClose(string rest, string[] lines, int index)
    {
        var offset = 0;
        for (var line = index; line < lines.Length; line++)
        {
            var text = line == index ? rest : lines[line];
            for (var i = line == index ? 1 : 0; i < text.Length; i++)
            {
                if (text[i] == rest[0] && (i == 0 || text[i - 1] != '\\')) return (line, offset + i);
            }

            offset += text.Length + 1;
        }

        return null;
    }

    private static string Unescape(string text) =>
        text.Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\r", "\r", StringComparison.Ordinal)
            .Replace("\\\"", "\"", StringComparison.Ordinal);
}

using System.Text;
using Skep.Diagnostics;

namespace Skep.Output;

/// <summary>Mistakes as text: what, where with the line, and the remedy.</summary>
internal static class DiagnosticPrinter
{
    public static string Format(Diagnostic diagnostic, Style style, string folder)
    {
        var text = new StringBuilder();
        text.Append(diagnostic.Severity == Severity.Error ? style.Red("✘ error: ") : style.Yellow("▲ warning: "));
        text.Append(style.Bold(diagnostic.Message)).Append('\n');
        if (diagnostic.Position is { } position)
        {
            text.Append("    ").Append(style.Cyan(position.Display(folder))).Append('\n');
            if (position.Line > 0 && (diagnostic.LineText ?? CodeFrame.ReadLine(position.File, position.Line)) is { } line)
            {
                text.Append(CodeFrame.Render(line, position.Line, position.Column, position.Length, "      "));
            }
        }

        foreach (var note in diagnostic.Notes) text.Append("    ").Append(note).Append('\n');
        if (diagnostic.Remedy is { } remedy) text.Append("    ").Append(style.Green("→ ")).Append(remedy).Append('\n');
        return text.ToString().TrimEnd('\n');
    }

    public static string Format(IEnumerable<Diagnostic> diagnostics, Style style, string folder) =>
        string.Join("\n", diagnostics.Select(diagnostic => Format(diagnostic, style, folder)));
}

using System.Text;
using Skep.Abstractions.Errors;
using Skep.Diagnostics;
using Skep.SourceMaps;

namespace Skep.Output;

/// <summary>A worker's exception as its author wants it: the mapped stack, and the line it came from.</summary>
internal static class WorkerErrorPrinter
{
    /// <summary>Without colours, as for a page.</summary>
    public static string Plain(WorkerError error, StackTraceMapper? mapper) => Format(error, mapper, new Style(colours: false));

    public static string Format(WorkerError error, StackTraceMapper? mapper, Style style)
    {
        var stack = error.ToString();
        var mapped = mapper?.Map(stack) ?? new StackTraceMapper.Mapped(stack, null, null);
        var frames = mapped.Text.IndexOf("\n    at ", StringComparison.Ordinal);
        var head = frames < 0 ? mapped.Text : mapped.Text[..frames];
        var text = new StringBuilder(style.Red(head));
        if (mapped is { Top: { } top, TopLine: { } line })
        {
            text.Append('\n').Append(CodeFrame.Render(line, top.Line, top.Column, 1, "      ").TrimEnd('\n'));
        }

        if (frames >= 0) text.Append(style.Dim(mapped.Text[frames..].TrimEnd()));
        return text.ToString();
    }
}

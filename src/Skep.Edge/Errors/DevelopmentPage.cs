using System.Text;

namespace Skep.Edge.Errors;

/// <summary>What the worker's author sees of a failure: the message and where it came from.</summary>
internal static class DevelopmentPage
{
    /// <summary>For terminals and API clients.</summary>
    public static string Text(ErrorDescription error, string stack) => $"error code: {error.Number}\n\n{stack}\n";

    /// <summary>For browsers.</summary>
    public static string Html(ErrorDescription error, string message, string stack, string method, string url, string ray) => PageStyle.Document(
        message,
        $"""
        <div class="tag">Error {error.Number} · {Errors.Html.Encode(error.Title)}</div>
        <h1>{Errors.Html.Encode(message)}</h1>
        <pre>{Frames(stack)}</pre>
        <dl><dt>Request</dt><dd>{Errors.Html.Encode(method)} {Errors.Html.Encode(url)}</dd><dt>Ray ID</dt><dd>{ray}</dd></dl>
        <p class="dim">You see this page because the worker runs in development mode. Visitors of a deployed worker get the number only.</p>
        """);

    // One line each; frames of the author's own files stand out from those of packages and of the runtime.
    private static string Frames(string stack)
    {
        var html = new StringBuilder();
        foreach (ReadOnlySpan<char> line in stack.AsSpan().TrimEnd().EnumerateLines())
        {
            bool frame = line.TrimStart().StartsWith("at ", StringComparison.Ordinal);
            string kind = !frame ? "head" : IsLibrary(line) ? "lib" : "own";
            html.Append("<span class=\"").Append(kind).Append("\">").Append(Errors.Html.Encode(line.ToString())).Append("</span>");
        }

        return html.ToString();
    }

    private static bool IsLibrary(ReadOnlySpan<char> frame) =>
        frame.Contains("node_modules/", StringComparison.Ordinal) || frame.Contains("(skep:", StringComparison.Ordinal)
        || frame.Contains("<anonymous>)", StringComparison.Ordinal) || frame.Contains("(native", StringComparison.Ordinal);
}

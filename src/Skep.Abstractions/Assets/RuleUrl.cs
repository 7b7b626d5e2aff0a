using System.Text.RegularExpressions;

namespace Skep.Abstractions.Assets;

/// <summary>A URL in a rule of a <c>_headers</c> or <c>_redirects</c> file.</summary>
internal static partial class RuleUrl
{
    /// <summary>The URL in its one spelling; null with the reason when it is none.</summary>
    /// <param name="text">As it stands in the file.</param>
    /// <param name="relative">True when it may name no host.</param>
    /// <param name="ports">True when a host may have a port.</param>
    /// <param name="tail">True to keep query and fragment.</param>
    /// <param name="problem">Why it is none.</param>
    public static string? Read(string text, bool relative, bool ports, bool tail, out string problem)
    {
        problem = "";
        var absolute = Absolute().Match(text);
        if (absolute.Success)
        {
            var host = absolute.Groups["host"].Value;
            if (relative)
            {
                problem = $"Only relative URLs are allowed. Skipping absolute URL {text}.";
                return null;
            }

            if (!ports && HostWithPort().IsMatch(host))
            {
                problem = $"Specifying ports is not supported. Skipping absolute URL {text}.";
                return null;
            }

            return $"https://{host}{Path(absolute.Groups["path"].Value, tail)}";
        }

        if (text.StartsWith('/')) return Path(text, tail);
        if (relative) return Path("/" + text, tail);
        problem = "URLs should either be relative (e.g. begin with a forward-slash), or use HTTPS (e.g. begin with \"https://\").";
        return null;
    }

    /// <summary>True when it names a host.</summary>
    public static bool HasHost(string url) => Absolute().IsMatch(url);

    private static string Path(string text, bool tail)
    {
        var end = text.AsSpan().IndexOfAny('?', '#');
        var path = UrlPath.Normalize(end < 0 ? text : text[..end]);
        return tail && end >= 0 ? path + text[end..].Replace(" ", "%20", StringComparison.Ordinal) : path;
    }

    [GeneratedRegex("^https:///*(?<host>[^/]+)/?(?<path>.*)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Absolute();

    [GeneratedRegex(@":\d+$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HostWithPort();
}

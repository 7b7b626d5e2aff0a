using System.Globalization;

namespace Skep.Edge.Caching;

/// <summary>The directives of a response's <c>Cache-Control</c> that concern a shared cache (RFC 9111 section 5.2.2).</summary>
internal sealed class CacheControl
{
    public bool NoStore { get; private set; }

    public bool NoCache { get; private set; }

    public bool IsPrivate { get; private set; }

    /// <summary>Fields that only a private cache may keep.</summary>
    public IReadOnlyList<string> PrivateFields { get; private set; } = [];

    public TimeSpan? MaxAge { get; private set; }

    public TimeSpan? SharedMaxAge { get; private set; }

    public bool IsPublic { get; private set; }

    /// <summary>A stale response must not be used at all.</summary>
    public bool MustRevalidate { get; private set; }

    /// <summary>How long a stale response may be used while it is asked for anew (RFC 5861).</summary>
    public TimeSpan? StaleWhileRevalidate { get; private set; }

    /// <summary>How long a stale response may be used when the origin fails.</summary>
    public TimeSpan? StaleIfError { get; private set; }

    public static CacheControl Parse(string? value)
    {
        CacheControl control = new();
        foreach (var (name, argument) in Directives(value ?? "")) control.Set(name.ToLowerInvariant(), argument);
        return control;
    }

    private void Set(string name, string? argument)
    {
        switch (name)
        {
            case "no-store":
                NoStore = true;
                break;
            case "no-cache":
                NoCache |= argument is null;
                break;
            case "private":
                IsPrivate |= argument is null;
                PrivateFields = [.. PrivateFields, .. HeaderFields.Members(argument)];
                break;
            case "max-age":
                MaxAge ??= Seconds(argument);
                break;
            case "public":
                IsPublic = true;
                break;
            case "must-revalidate" or "proxy-revalidate":
                MustRevalidate = true;
                break;
            case "stale-while-revalidate":
                StaleWhileRevalidate ??= Seconds(argument);
                break;
            case "stale-if-error":
                StaleIfError ??= Seconds(argument);
                break;
            case "s-maxage":
                SharedMaxAge ??= Seconds(argument);
                break;
        }
    }

    // What is not a number is stale (section 4.2.1); what is too large is as long as can be.
    private static TimeSpan Seconds(string? argument)
    {
        if (string.IsNullOrEmpty(argument) || !argument.All(char.IsAsciiDigit)) return TimeSpan.Zero;
        return TimeSpan.FromSeconds(int.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : int.MaxValue);
    }

    // name, name=token, name="quoted, string"
    private static IEnumerable<(string Name, string? Argument)> Directives(string value)
    {
        for (var at = 0; at < value.Length;)
        {
            var end = value.AsSpan(at).IndexOfAny('=', ',') is var found && found < 0 ? value.Length : at + found;
            var name = value[at..end].Trim();
            at = end + 1;
            string? argument = null;
            if (end < value.Length && value[end] == '=')
            {
                var start = at;
                if (at < value.Length && value[at] == '"')
                {
                    var close = value.IndexOf('"', at + 1);
                    if (close < 0) close = value.Length;
                    argument = value[(at + 1)..close];
                    start = Math.Min(close + 1, value.Length);
                }

                var comma = value.IndexOf(',', start);
                if (comma < 0) comma = value.Length;
                argument ??= value[start..comma].Trim();
                at = comma + 1;
            }

            if (name.Length > 0) yield return (name, argument);
        }
    }
}

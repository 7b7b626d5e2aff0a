using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Skep.Abstractions.Routing;

/// <summary>A route: which URLs lead to a Worker. <c>*</c> may stand at the beginning of the host and at the end of the path
/// (https://developers.cloudflare.com/workers/configuration/routing/routes/#matching-behavior).</summary>
public sealed record RoutePattern
{
    private static readonly SearchValues<char> NotInHosts = SearchValues.Create(" :@#%\\");

    private RoutePattern()
    {
    }

    /// <summary>The host or, with <see cref="Subdomains"/>, the domain; lower case.</summary>
    public required string Host { get; init; }

    /// <summary>True when the hosts below it match: <c>*example.com</c>, <c>*.example.com</c>.</summary>
    public bool Subdomains { get; private init; }

    /// <summary>True when the host itself matches: not so for <c>*.example.com</c>.</summary>
    public bool Apex { get; private init; }

    /// <summary>The path, without a trailing <c>*</c>; begins with a slash.</summary>
    public required string Path { get; init; }

    /// <summary>True when the path may go on.</summary>
    public bool AnyRest { get; private init; }

    /// <summary>Which scheme it is for; null for both.</summary>
    public bool? Https { get; private init; }

    /// <summary>Reads a pattern.</summary>
    /// <param name="text">E.g. <c>example.com/api/*</c>.</param>
    /// <param name="pattern">The pattern.</param>
    /// <param name="problem">What is wrong with it, as a sentence, when it is none.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out RoutePattern? pattern, [NotNullWhen(false)] out string? problem)
    {
        pattern = null;
        problem = null;
        bool? https = null;
        var rest = text.AsSpan();
        if (rest.IndexOf("://") is >= 0 and var end)
        {
            https = rest.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
            if (https == false && !rest.StartsWith("http:", StringComparison.OrdinalIgnoreCase))
            {
                problem = $"The route \"{text}\" is for neither http nor https.";
                return false;
            }

            rest = rest[(end + 3)..];
        }

        var slash = rest.IndexOf('/');
        var host = slash < 0 ? rest : rest[..slash];
        var path = slash < 0 ? "/" : rest[slash..];
        var subdomains = host.StartsWith('*');
        if (subdomains) host = host[1..];
        var apex = !subdomains || !host.StartsWith('.');
        if (!apex) host = host[1..];
        var anyRest = path.EndsWith('*');
        if (anyRest) path = path[..^1];

        if (host.Trim('.').IsEmpty) problem = $"The route \"{text}\" has no host name.";
        else if (host.Contains('*')) problem = $"The route \"{text}\" has a * inside the host name: it may stand at its beginning only.";
        else if (path.Contains('*')) problem = $"The route \"{text}\" has a * inside the path: it may stand at its end only.";
        else if (path.Contains('?')) problem = $"The route \"{text}\" has a query: routes match the path only.";
        else if (host.ContainsAny(NotInHosts)) problem = $"The route \"{text}\" has a host name that is none: leave out ports and user names.";
        if (problem is not null) return false;
        pattern = new RoutePattern
        {
            Host = host.ToString().ToLowerInvariant(),
            Subdomains = subdomains,
            Apex = apex,
            Path = path.ToString(),
            AnyRest = anyRest,
            Https = https,
        };
        return true;
    }

    /// <summary>True when the URL's path and scheme are its; the host is the router's business.</summary>
    /// <param name="path">The path, without the query.</param>
    /// <param name="https">Whether the client used TLS.</param>
    public bool MatchesPath(ReadOnlySpan<char> path, bool https) =>
        (Https is null || Https == https)
        && (AnyRest ? path.StartsWith(Path, StringComparison.Ordinal) : path.SequenceEqual(Path));

    /// <summary>Orders patterns of one host or domain by what wins when several match: the longer path, then a path that is spelled
    /// out, then one scheme.</summary>
    public static int CompareSpecificity(RoutePattern first, RoutePattern second)
    {
        if (first.Path.Length != second.Path.Length) return second.Path.Length.CompareTo(first.Path.Length);
        if (first.AnyRest != second.AnyRest) return first.AnyRest ? 1 : -1;
        return (first.Https is null).CompareTo(second.Https is null);
    }
}

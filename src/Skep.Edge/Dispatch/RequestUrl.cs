using System.Buffers;
using System.Net;

namespace Skep.Edge.Dispatch;

/// <summary>Composes the absolute URL of a request from what HTTP carries: scheme, Host header, request target.</summary>
internal static class RequestUrl
{
    private static readonly SearchValues<char> _regNameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~");

    /// <summary>True for a Host header that names one host and nothing else: a name or IPv4 address, or a bracketed IPv6 address,
    /// and an optional port. Whatever a URL parser could read as something else (user info, path, escapes) is refused.</summary>
    public static bool IsValidHost(ReadOnlySpan<char> host)
    {
        if (host.Length is 0 or > 260)
            return false;
        ReadOnlySpan<char> name = HostName(host);
        if (name.Length is 0 or > 253)
            return false;
        if (name[0] == '[')
        {
            if (name[^1] != ']' || !IPAddress.TryParse(name, out _) || name.Contains('%'))
                return false;
        }
        else if (name.ContainsAnyExcept(_regNameCharacters))
        {
            return false;
        }

        ReadOnlySpan<char> rest = host[name.Length..];
        if (rest.Length == 0)
            return true;
        return rest[0] == ':' && rest.Length <= 6 && !rest[1..].ContainsAnyExceptInRange('0', '9')
            && (rest.Length == 1 || int.Parse(rest[1..]) <= 65535);
    }

    /// <summary>The host without its port.</summary>
    public static ReadOnlySpan<char> HostName(ReadOnlySpan<char> host)
    {
        int end = host.StartsWith('[') ? host.IndexOf(']') + 1 : host.IndexOf(':');
        return end <= 0 ? host : host[..end];
    }

    /// <summary>Path and query of a request target in origin-form, absolute-form or asterisk-form; null for one that has none.</summary>
    public static string? PathAndQuery(string target)
    {
        if (target.StartsWith('/'))
            return target;
        if (target == "*")
            return "/*";
        int authority = target.IndexOf("://", StringComparison.Ordinal);
        if (authority < 0)
            return null;
        ReadOnlySpan<char> afterScheme = target.AsSpan(authority + 3);
        int end = afterScheme.IndexOfAny('/', '?');
        if (end < 0)
            return "/";
        return afterScheme[end] == '/' ? afterScheme[end..].ToString() : string.Concat("/", afterScheme[end..]);
    }

    /// <summary>The path without the query.</summary>
    public static ReadOnlySpan<char> Path(ReadOnlySpan<char> pathAndQuery) =>
        pathAndQuery.IndexOf('?') is >= 0 and var query ? pathAndQuery[..query] : pathAndQuery;

    /// <summary>The URL.</summary>
    public static string Compose(string scheme, string host, string pathAndQuery) =>
        string.Concat(scheme, "://", host, pathAndQuery);
}

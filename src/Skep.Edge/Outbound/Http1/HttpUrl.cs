using System.Buffers;
using System.Globalization;
using Skep.Edge.Outbound.Connections;

namespace Skep.Edge.Outbound.Http1;

/// <summary>A serialised http or https URL (https://url.spec.whatwg.org/#url-serializing), cut where a request needs it. What
/// goes out is what the URL says, byte for byte; its fragment and its credentials do not go out at all.</summary>
internal readonly struct HttpUrl
{
    private const string Http = "http://";
    private const string Https = "https://";

    // Whatever else were in a request line would end it, or start another.
    private static readonly SearchValues<char> _visible = SearchValues.Create(
        "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    private readonly int _authority;
    private readonly int _authorityEnd;

    private HttpUrl(string text, bool isTls, int authority, int authorityEnd) =>
        (Text, IsTls, _authority, _authorityEnd) = (text, isTls, authority, authorityEnd);

    /// <summary>The URL without its fragment.</summary>
    public string Text { get; }

    /// <summary>True for https.</summary>
    public bool IsTls { get; }

    /// <summary>Scheme, host and port, as they stand in the text: a key for what belongs to an origin.</summary>
    public ReadOnlySpan<char> Origin => Text.AsSpan(0, _authorityEnd);

    /// <summary>Host and port.</summary>
    public ReadOnlySpan<char> Authority => Text.AsSpan(_authority, _authorityEnd - _authority);

    /// <summary>Path and query; may be empty, or begin with <c>?</c>, where the path is.</summary>
    public ReadOnlySpan<char> Target => Text.AsSpan(_authorityEnd);

    /// <summary>The host, as it stands in the text.</summary>
    public string Host => Authority[..HostLength(Authority)].ToString();

    /// <summary>False when this is no URL that a request can be sent to.</summary>
    public static bool TryParse(string url, out HttpUrl parsed)
    {
        parsed = default;
        bool isTls = url.StartsWith(Https, StringComparison.Ordinal);
        if (!isTls && !url.StartsWith(Http, StringComparison.Ordinal))
            return false;
        int fragment = url.IndexOf('#');
        string text = fragment < 0 ? url : url[..fragment];
        if (text.AsSpan().ContainsAnyExcept(_visible))
            return false;
        int authority = isTls ? Https.Length : Http.Length;
        int length = text.AsSpan(authority).IndexOfAny('/', '?');
        int end = length < 0 ? text.Length : authority + length;
        int at = text.AsSpan(authority, end - authority).LastIndexOf('@');
        if (at >= 0)
        {
            text = string.Concat(text.AsSpan(0, authority), text.AsSpan(authority + at + 1));
            end -= at + 1;
        }

        parsed = new HttpUrl(text, isTls, authority, end);
        return HostLength(parsed.Authority) > 0;
    }

    /// <summary>Reads host and port; false when there is none that could be connected to.</summary>
    public bool TryGetEndpoint(out OriginEndpoint? endpoint)
    {
        endpoint = null;
        ReadOnlySpan<char> authority = Authority;
        int length = HostLength(authority);
        int port = IsTls ? 443 : 80;
        ReadOnlySpan<char> rest = authority[length..];
        if (rest.Length > 1 && (!int.TryParse(rest[1..], NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is 0 or > ushort.MaxValue))
            return false;
        string host = authority[..length].ToString();
        if (host[0] == '[')
            host = host[1..^1];
        endpoint = new OriginEndpoint(host, port, IsTls);
        return true;
    }

    // 0 for an authority that is none.
    private static int HostLength(ReadOnlySpan<char> authority)
    {
        if (authority.StartsWith("["))
        {
            int bracket = authority.IndexOf(']');
            return bracket > 1 && (bracket + 1 == authority.Length || authority[bracket + 1] == ':') ? bracket + 1 : 0;
        }

        int colon = authority.IndexOf(':');
        return colon < 0 ? authority.Length : colon;
    }
}

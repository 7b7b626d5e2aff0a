using Skep.Abstractions.Assets;
using Skep.Abstractions.Events;

namespace Skep.Edge.Assets;

/// <summary>A request for an asset, of a client or of the Worker itself.</summary>
internal readonly ref struct AssetRequest
{
    private readonly FetchEvent? _event;
    private readonly IReadOnlyList<string>? _headers;
    private readonly ReadOnlySpan<char> _rawPath;

    /// <summary>A client's.</summary>
    public AssetRequest(FetchEvent request)
        : this(request.Method, request.Url) => _event = request;

    /// <summary>A Worker's: <paramref name="headers"/> are name, value, name, value…, names in lower case.</summary>
    public AssetRequest(string method, string url, IReadOnlyList<string> headers)
        : this(method, url) => _headers = headers;

    private AssetRequest(string method, string url)
    {
        Method = method;
        ReadOnlySpan<char> rest = url;
        int scheme = rest.IndexOf("://", StringComparison.Ordinal);
        Scheme = rest[..scheme];
        rest = rest[(scheme + 3)..];
        int path = rest.IndexOfAny('/', '?', '#');
        Authority = path < 0 ? rest : rest[..path];
        rest = path < 0 ? default : rest[path..];
        if (rest.IndexOf('#') is >= 0 and var fragment) rest = rest[..fragment];
        int query = rest.IndexOf('?');
        _rawPath = query < 0 ? rest : rest[..query];
        Query = query < 0 ? default : rest[query..];
        // "/" is all that an empty path can mean.
        if (_rawPath.IsEmpty) _rawPath = "/";
    }

    /// <summary>The method, upper case for the standard ones.</summary>
    public string Method { get; }

    /// <summary>The URL's scheme, without the colon.</summary>
    public ReadOnlySpan<char> Scheme { get; }

    /// <summary>Host, and port where it is not the scheme's own.</summary>
    public ReadOnlySpan<char> Authority { get; }

    /// <summary>The query with its question mark, or nothing.</summary>
    public ReadOnlySpan<char> Query { get; }

    /// <summary>True for a method that assets answer.</summary>
    public bool IsReading => Method is "GET" or "HEAD";

    /// <summary>The path as a URL has it: see <see cref="UrlPath"/>.</summary>
    public ReadOnlySpan<char> Path => UrlPath.IsNormal(_rawPath) ? _rawPath : UrlPath.Normalize(_rawPath.ToString());

    /// <summary>The host's name, without port.</summary>
    public string Host => Dispatch.RequestUrl.HostName(Authority).ToString();

    /// <summary>A header's value by its lower-case name, or null.</summary>
    public string? GetHeader(string name)
    {
        if (_event is not null) return _event.GetHeader(name);
        for (int i = 0; i + 1 < _headers!.Count; i += 2)
        {
            if (_headers[i] == name) return _headers[i + 1];
        }

        return null;
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using Skep.Abstractions.Channels;

namespace Skep.Edge.Outbound;

/// <summary>Sends workers' requests over HTTP/1.1 and HTTP/2 through one pool of connections. Cookies, caches, retries by
/// status and tracing headers are not its business: what a worker says is what goes out.</summary>
public sealed class HttpSubrequestChannel : ISubrequestChannel, IDisposable
{
    private const int MaxRedirects = 20;

    private static readonly UriCreationOptions _asWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly HttpMessageInvoker _invoker;

    /// <summary>A channel with a connection pool of its own.</summary>
    public HttpSubrequestChannel(OutboundOptions options)
        : this(options, new SslClientAuthenticationOptions())
    {
    }

    internal HttpSubrequestChannel(OutboundOptions options, SslClientAuthenticationOptions tls)
    {
        var connector = new GuardedConnector(new AddressGuard(options.AllowLoopback, options.AllowPrivate));
        var pool = new SocketsHttpHandler
        {
            ActivityHeadersPropagator = null,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectCallback = connector.ConnectAsync,
            ConnectTimeout = options.ConnectTimeout,
            EnableMultipleHttp2Connections = true,
            MaxResponseDrainSize = 64 << 10,
            MaxResponseHeadersLength = options.MaxResponseHeadersKilobytes,
            PooledConnectionIdleTimeout = options.IdleTimeout,
            PooledConnectionLifetime = options.ConnectionLifetime,
            PreAuthenticate = false,
            Proxy = options.Proxy is null ? null : new WebProxy(options.Proxy),
            RequestHeaderEncodingSelector = static (_, _) => System.Text.Encoding.UTF8,
            ResponseDrainTimeout = TimeSpan.FromMilliseconds(500),
            ResponseHeaderEncodingSelector = static (_, _) => System.Text.Encoding.UTF8,
            SslOptions = tls,
            UseCookies = false,
            UseProxy = options.Proxy is not null,
        };
        _invoker = new HttpMessageInvoker(new DuplexHandler(pool, connector, options, tls));
    }

    /// <inheritdoc/>
    public async ValueTask<SubrequestResponse> SendAsync(Subrequest request, CancellationToken cancellation)
    {
        var hop = new Hop(request, ParseUrl(request.Url));
        for (int sent = 1; ; sent++)
        {
            HttpResponseMessage response = await SendOnceAsync(hop, cancellation);
            if (request.Redirect == RedirectMode.Manual || RedirectTarget(response, hop.Url) is not { } target)
                return new HttpSubrequestResponse(response, hop.Url, hop.Method, sent);
            hop = Follow(hop, response, target, sent);
        }
    }

    /// <summary>Closes all connections.</summary>
    public void Dispose() => _invoker.Dispose();

    private async ValueTask<HttpResponseMessage> SendOnceAsync(Hop hop, CancellationToken cancellation)
    {
        var message = new HttpRequestMessage(new HttpMethod(hop.Method), hop.Url)
        {
            Version = hop.Url.Scheme == Uri.UriSchemeHttps ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        if (!hop.WithoutBody && RequestContent.IsNeeded(hop.Request))
            message.Content = new RequestContent(hop.Request);
        RequestHeaders.Copy(hop.Request.Headers, message, new HeaderFilter(hop.CrossedOrigin, hop.WithoutBody));
        try
        {
            return await _invoker.SendAsync(message, cancellation);
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            throw SubrequestErrors.Describe(error, hop.Url);
        }
    }

    // https://fetch.spec.whatwg.org/#http-redirect-fetch
    private static Hop Follow(Hop hop, HttpResponseMessage response, Uri target, int sent)
    {
        using (response)
        {
            Subrequest request = hop.Request;
            if (request.Redirect == RedirectMode.Error)
                throw new SubrequestException($"{hop.Url.Host} answered with a redirect to {target.AbsoluteUri}, and the request's redirect mode is \"error\".");
            if (target.Scheme != Uri.UriSchemeHttp && target.Scheme != Uri.UriSchemeHttps)
                throw new SubrequestException($"{hop.Url.Host} redirects to {target.Scheme}:, which is neither http nor https.");
            if (sent > MaxRedirects)
                throw new SubrequestException("Too many redirects.");
            if (sent >= request.MaxRequests)
                throw new SubrequestException("Too many subrequests.");
            bool becomesGet = (int)response.StatusCode switch
            {
                301 or 302 => hop.Method == "POST",
                303 => hop.Method is not ("GET" or "HEAD"),
                _ => false,
            };
            bool withoutBody = hop.WithoutBody || becomesGet;
            if (!withoutBody && request.BodyStream is not null)
            {
                throw new SubrequestException(
                    $"{hop.Url.Host} answered with a redirect that needs the request body again, but the body was a stream and is gone. Send it from a string or an ArrayBuffer.");
            }

            Uri next = ParseUrl(target.AbsoluteUri);
            return hop with
            {
                Url = next,
                Method = becomesGet ? "GET" : hop.Method,
                WithoutBody = withoutBody,
                CrossedOrigin = hop.CrossedOrigin || !SameOrigin(hop.Url, next),
            };
        }
    }

    private static Uri? RedirectTarget(HttpResponseMessage response, Uri url)
    {
        if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308)
            || !response.Headers.NonValidated.TryGetValues("Location", out HeaderStringValues locations) || locations.Count == 0)
            return null;
        string location = locations.ToString();
        if (Uri.TryCreate(url, location, out Uri? target))
            return target;
        response.Dispose();
        throw new SubrequestException($"{url.Host} redirects to \"{location}\", which is not a URL.");
    }

    private static bool SameOrigin(Uri a, Uri b) =>
        a.Port == b.Port && a.Scheme == b.Scheme && a.Host.Equals(b.Host, StringComparison.OrdinalIgnoreCase);

    // The URL is serialised already: path and query go out byte for byte. Its fragment does not go out at all.
    private static Uri ParseUrl(string url)
    {
        int fragment = url.IndexOf('#');
        string text = fragment < 0 ? url : url[..fragment];
        if (!Uri.TryCreate(text, _asWritten, out Uri? parsed) || (parsed.Scheme != Uri.UriSchemeHttp && parsed.Scheme != Uri.UriSchemeHttps))
            throw new SubrequestException($"Fetch API cannot load: {url}");
        return parsed;
    }

    private sealed record Hop(Subrequest Request, Uri Url)
    {
        public string Method { get; init; } = Request.Method;

        public bool WithoutBody { get; init; }

        public bool CrossedOrigin { get; init; }
    }
}

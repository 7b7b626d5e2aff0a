using System.Net.Security;
using Skep.Abstractions.Channels;
using Skep.Edge.Outbound.Connections;
using Skep.Edge.Outbound.Http1;
using Skep.Edge.Outbound.Tcp;
using Skep.Edge.Transport;
using SocketConnection = Skep.Abstractions.Channels.SocketConnection;

namespace Skep.Edge.Outbound;

/// <summary>Sends workers' requests over HTTP/1.1 through one pool of connections, and follows redirects. Cookies, caches,
/// retries by status and tracing headers are not its business: what a worker says is what goes out.</summary>
public sealed class HttpSubrequestChannel : ISubrequestChannel, IDisposable
{
    private const int MaxRedirects = 20;

    private readonly EventLoopGroup? _ownLoops;
    private readonly Http1Client _client;
    private readonly TcpConnector _sockets;

    /// <summary>A channel with a connection pool of its own.</summary>
    /// <param name="options">What may be reached.</param>
    /// <param name="loops">The event loops of the servers whose requests it serves: an answer then comes on the thread that asked. Null
    /// for a loop of its own. Not ended with the channel when given.</param>
    public HttpSubrequestChannel(OutboundOptions options, EventLoopGroup? loops = null)
        : this(options, new SslClientAuthenticationOptions(), TimeProvider.System, loops)
    {
    }

    internal HttpSubrequestChannel(OutboundOptions options, SslClientAuthenticationOptions tls, TimeProvider time, EventLoopGroup? loops = null)
    {
        loops ??= _ownLoops = new EventLoopGroup(1);
        var guarded = new GuardedConnector(new AddressGuard(options.AllowLoopback, options.AllowPrivate), loops);
        var unguarded = new GuardedConnector(new AddressGuard(allowLoopback: true, allowPrivate: true), loops);
        var connector = new OriginConnector(guarded, unguarded, options.Origins, options.ConnectTimeout, tls);
        _sockets = new TcpConnector(connector);
        _client = new Http1Client(
            connector,
            new ConnectionPool(options.IdleTimeout, options.ConnectionLifetime, time),
            options.MaxResponseHeadersKilobytes << 10);
    }

    /// <inheritdoc/>
    public async ValueTask<SubrequestResponse> SendAsync(Subrequest request, CancellationToken cancellation)
    {
        var hop = new Http1Request(request, ParseUrl(request.Url), request.Method, default);
        for (int sent = 1; ; sent++)
        {
            Http1Response response = await SendOnceAsync(hop, cancellation);
            if (request.Redirect == RedirectMode.Manual || RedirectTarget(response, hop.Url) is not { } target)
                return new HttpSubrequestResponse(response, hop.Url, sent);
            response.Discard();
            hop = Follow(hop, response.Head.Status, target, sent);
        }
    }

    /// <inheritdoc/>
    public ValueTask<SocketConnection> ConnectAsync(string host, int port, bool secure, CancellationToken cancellation) =>
        _sockets.ConnectAsync(host, port, secure, cancellation);

    /// <summary>Closes all idle connections.</summary>
    public void Dispose()
    {
        _client.Dispose();
        _ownLoops?.Dispose();
    }

    private async ValueTask<Http1Response> SendOnceAsync(Http1Request hop, CancellationToken cancellation)
    {
        Origin origin = _client.FindOrigin(hop.Url) ?? throw Unloadable(hop.Url.Text);
        try
        {
            return await _client.SendAsync(hop, origin, cancellation);
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            throw SubrequestErrors.Describe(error, origin.Endpoint);
        }
    }

    // https://fetch.spec.whatwg.org/#http-redirect-fetch
    private static Http1Request Follow(Http1Request hop, int status, Uri target, int sent)
    {
        Subrequest request = hop.Source;
        if (request.Redirect == RedirectMode.Error)
            throw new SubrequestException($"{hop.Url.Host} answered with a redirect to {target.AbsoluteUri}, and the request's redirect mode is \"error\".");
        if (target.Scheme != Uri.UriSchemeHttp && target.Scheme != Uri.UriSchemeHttps)
            throw new SubrequestException($"{hop.Url.Host} redirects to {target.Scheme}:, which is neither http nor https.");
        if (sent > MaxRedirects)
            throw new SubrequestException("Too many redirects.");
        if (sent >= request.MaxRequests)
            throw new SubrequestException("Too many subrequests.");
        bool becomesGet = status switch
        {
            301 or 302 => hop.Method == "POST",
            303 => hop.Method is not ("GET" or "HEAD"),
            _ => false,
        };
        bool withoutBody = hop.Filter.BodyHeaders || becomesGet;
        if (!withoutBody && request.BodyStream is not null)
        {
            throw new SubrequestException(
                $"{hop.Url.Host} answered with a redirect that needs the request body again, but the body was a stream and is gone. Send it from a string or an ArrayBuffer.");
        }

        HttpUrl next = ParseUrl(WithAsciiHost(target));
        bool crossed = hop.Filter.Credentials || !next.Origin.Equals(hop.Url.Origin, StringComparison.OrdinalIgnoreCase);
        return hop with { Url = next, Method = becomesGet ? "GET" : hop.Method, Filter = new HeaderFilter(crossed, withoutBody) };
    }

    private static Uri? RedirectTarget(in Http1Response response, in HttpUrl url)
    {
        if (response.Head.Status is not (301 or 302 or 303 or 307 or 308))
            return null;
        List<string> headers = response.Head.Headers;
        int at = 0;
        while (at < headers.Count && headers[at] != "location")
            at += 2;
        if (at == headers.Count)
            return null;
        if (Uri.TryCreate(new Uri(url.Text), headers[at + 1], out Uri? target))
            return target;
        response.Close();
        throw new SubrequestException($"{url.Host} redirects to \"{headers[at + 1]}\", which is not a URL.");
    }

    private static string WithAsciiHost(Uri url) =>
        $"{url.Scheme}://{(url.HostNameType == UriHostNameType.IPv6 ? $"[{url.IdnHost}]" : url.IdnHost)}{(url.IsDefaultPort ? "" : $":{url.Port}")}{url.PathAndQuery}";

    private static HttpUrl ParseUrl(string url) => HttpUrl.TryParse(url, out HttpUrl parsed) ? parsed : throw Unloadable(url);

    private static SubrequestException Unloadable(string url) => new($"Fetch API cannot load: {url}");
}

using System.Net.Security;
using System.Net.Sockets;
using Skep.Edge.Outbound.Connections;

namespace Skep.Edge.Outbound.Http1;

/// <summary>Sends requests over HTTP/1.1 through a pool of connections. Redirects, cookies and caches are not its business.</summary>
internal sealed class Http1Client(OriginConnector connector, ConnectionPool pool, int maxHeadBytes) : IDisposable
{
    private static readonly List<SslApplicationProtocol> _protocols = [SslApplicationProtocol.Http11];

    /// <summary>Where a URL's requests go, or null when it names nothing that could be connected to.</summary>
    public Origin? FindOrigin(in HttpUrl url) => pool.Find(url);

    /// <summary>Sends the request and returns when the response's head is there. An idle connection that turns out to be dead
    /// before a byte of the response is replaced by a fresh one, once, when the request may be sent twice.</summary>
    public async ValueTask<Http1Response> SendAsync(Http1Request request, Origin origin, CancellationToken cancellation)
    {
        if (origin.TryTake() is { } idle)
        {
            var attempt = new Http1Exchange(idle, origin, request);
            try
            {
                return new Http1Response(attempt, await attempt.SendAsync(maxHeadBytes, cancellation));
            }
            catch (Exception error) when (error is IOException or SocketException && !attempt.IsAnswered && request.MayRepeat)
            {
                // The origin closed it just then, as it may at any time.
            }
        }

        OriginConnection opened = await ConnectAsync(request, origin, cancellation);
        var exchange = new Http1Exchange(new Http1Connection(opened, pool.Now), origin, request);
        return new Http1Response(exchange, await exchange.SendAsync(maxHeadBytes, cancellation));
    }

    /// <inheritdoc/>
    public void Dispose() => pool.Dispose();

    private async ValueTask<OriginConnection> ConnectAsync(Http1Request request, Origin origin, CancellationToken cancellation)
    {
        try
        {
            return await connector.ConnectAsync(origin.Endpoint, _protocols, cancellation);
        }
        catch
        {
            await request.ReleaseBodyAsync();
            throw;
        }
    }
}

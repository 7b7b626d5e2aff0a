using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Skep.Edge.Dispatch;
using Skep.Edge.Routing;
using Skep.Edge.Transport;

namespace Skep.Edge.Listeners;

/// <summary>The HTTP server in front of the workers: Kestrel without a host, a container or middleware.</summary>
public sealed class EdgeServer : IAsyncDisposable
{
    private readonly ListenerOptions _options;
    private readonly FetchApplication _application;
    private readonly SocketTransport _transport;
    private readonly KestrelServer _server;
    private Task? _stopping;

    /// <summary>A server that is not listening yet.</summary>
    public EdgeServer(ListenerOptions options, DispatchOptions dispatch, IWorkerRouter router, ILoggerFactory? loggers = null)
    {
        _options = options;
        loggers ??= NullLoggerFactory.Instance;
        var nonAsciiHeaders = new NonAsciiHeaders();
        _application = new FetchApplication(router, dispatch, nonAsciiHeaders);
        _transport = new SocketTransport(options.EventLoops, loggers, options.Shared);
        _server = new KestrelServer(
            Options.Create(ConfigureKestrel(options, dispatch, nonAsciiHeaders)), _transport, loggers);
    }

    /// <summary>The addresses that are listened on, with the port that was chosen.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints => _transport.EndPoints;

    /// <summary>Begins to listen and to answer.</summary>
    /// <exception cref="IOException">An address cannot be bound; the message says which and why.</exception>
    public async Task StartAsync(CancellationToken cancellation = default)
    {
        ThreadPool.GetMinThreads(out int workers, out int completions);
        if (workers < _options.MinWorkerThreads)
            ThreadPool.SetMinThreads(_options.MinWorkerThreads, completions);
        try
        {
            await _server.StartAsync(_application, cancellation);
        }
        catch (Exception error) when (ListenFailure.Explain(error, $"{_options.Host}:{_options.Port}") is { } reason)
        {
            throw new IOException(reason, error);
        }
    }

    /// <summary>Stops accepting, answers every request that was accepted, closes the connections. Requests that take longer than
    /// <see cref="ListenerOptions.DrainTimeout"/>, or than <paramref name="cancellation"/>, are cut.</summary>
    public Task StopAsync(CancellationToken cancellation = default) => _stopping ??= DrainAsync(leaving: false, cancellation);

    /// <summary>As <see cref="StopAsync"/>, when the listening sockets are shared and another process goes on: nothing is turned away.</summary>
    public Task LeaveAsync(CancellationToken cancellation = default) => _stopping ??= DrainAsync(leaving: true, cancellation);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _server.Dispose();
        _transport.Dispose();
    }

    private async Task DrainAsync(bool leaving, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(_options.DrainTimeout);
        await _application.GoDownAsync();
        if (leaving)
            _transport.LeaveSockets();
        else
            await _transport.StopAcceptingAsync(timeout.Token);

        // Every response now closes its connection. Kestrel would close idle connections at once, and with them the ones whose
        // next request is already on the wire: give those time to be read first.
        await _transport.WaitUntilAllClosedAsync(leaving ? _options.LeaveGrace : _options.DrainGrace, timeout.Token);
        await _server.StopAsync(timeout.Token);
    }

    private static KestrelServerOptions ConfigureKestrel(ListenerOptions options, DispatchOptions dispatch, NonAsciiHeaders nonAsciiHeaders)
    {
        var kestrel = new KestrelServerOptions
        {
            AddServerHeader = false,
            AllowSynchronousIO = false,
            AllowResponseHeaderCompression = true,

            // https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2: an absolute-form target's host wins over the Host header.
            AllowHostHeaderOverride = true,
            ResponseHeaderEncodingSelector = nonAsciiHeaders.Select!,
        };
        KestrelServerLimits limits = kestrel.Limits;
        limits.MaxConcurrentConnections = options.MaxConnections;
        limits.MaxRequestHeadersTotalSize = options.MaxRequestHeadersBytes;
        limits.MaxRequestHeaderCount = options.MaxRequestHeaderCount;

        // Longer than a URL may be, so that our own answer (414 with a reason) comes before Kestrel's.
        limits.MaxRequestLineSize = Math.Min(options.MaxRequestHeadersBytes, (2 * dispatch.MaxUrlLength) + 256);
        limits.MaxRequestBufferSize = Math.Max(1 << 20, options.MaxRequestHeadersBytes);
        limits.MaxRequestBodySize = dispatch.MaxRequestBodyBytes;
        limits.MaxResponseBufferSize = options.MaxResponseBufferBytes;
        limits.RequestHeadersTimeout = options.RequestHeadersTimeout;
        limits.KeepAliveTimeout = options.KeepAliveTimeout;
        foreach (IPEndPoint endPoint in options.EndPoints)
            kestrel.Listen(endPoint, listen => listen.Protocols = HttpProtocols.Http1);
        return kestrel;
    }
}

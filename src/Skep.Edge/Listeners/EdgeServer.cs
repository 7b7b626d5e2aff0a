using System.Net;
using System.Net.Sockets;
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
    private readonly EventLoopGroup? _ownLoops;
    private readonly SocketTransport _transport;
    private readonly KestrelServer _server;
    private Task? _stopping;

    /// <summary>A server that is not listening yet.</summary>
    /// <param name="options">Where it listens.</param>
    /// <param name="dispatch">What it hands on.</param>
    /// <param name="router">Finds the worker of a request.</param>
    /// <param name="loggers">Hears of faults.</param>
    /// <param name="loops">Event loops that it shares with others and does not end; null for <see cref="ListenerOptions.EventLoops"/> of its own.</param>
    public EdgeServer(ListenerOptions options, DispatchOptions dispatch, IWorkerRouter router, ILoggerFactory? loggers = null, EventLoopGroup? loops = null)
    {
        _options = options;
        loggers ??= NullLoggerFactory.Instance;
        var nonAsciiHeaders = new NonAsciiHeaders();
        _application = new FetchApplication(router, dispatch, nonAsciiHeaders);
        _transport = new SocketTransport(loops ?? (_ownLoops = new EventLoopGroup(options.EventLoops)), loggers);
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
        catch (Exception error) when (SocketFailure(error) is { } reason)
        {
            string where = $"{_options.Host}:{_options.Port}";
            throw new IOException(
                reason switch
                {
                    SocketError.AddressAlreadyInUse => $"{where} is in use. Stop what listens there, or choose another port.",
                    SocketError.AccessDenied => $"{where} may not be listened on: ports below 1024 need root or CAP_NET_BIND_SERVICE. Choose another port.",
                    SocketError.AddressNotAvailable => $"{where} is no address of this machine. Listen on 127.0.0.1, on * for all, or on one that `ip address` shows.",
                    _ => $"{where} cannot be listened on: {error.Message}",
                },
                error);
        }
    }

    /// <summary>Stops accepting, answers every request that was accepted, closes the connections. Requests that take longer than
    /// <see cref="ListenerOptions.DrainTimeout"/>, or than <paramref name="cancellation"/>, are cut.</summary>
    public Task StopAsync(CancellationToken cancellation = default) => _stopping ??= DrainAsync(cancellation);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _server.Dispose();
        _ownLoops?.Dispose();
    }

    private static SocketError? SocketFailure(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
        {
            if (error is SocketException socket)
                return socket.SocketErrorCode;
        }

        return null;
    }

    private async Task DrainAsync(CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(_options.DrainTimeout);
        await _application.GoDownAsync();
        await _transport.StopAcceptingAsync(timeout.Token);

        // Every response now closes its connection. Kestrel would close idle connections at once, and with them the ones whose
        // next request is already on the wire: give those time to be read first.
        await _transport.WaitUntilAllClosedAsync(_options.DrainGrace, timeout.Token);
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
        foreach (IPAddress address in Addresses(options))
            kestrel.Listen(new IPEndPoint(address, options.Port), listen => listen.Protocols = HttpProtocols.Http1);
        return kestrel;
    }

    private static IPAddress[] Addresses(ListenerOptions options) => options.Host switch
    {
        // Two addresses cannot agree on a port that the system chooses.
        "localhost" when System.Net.Sockets.Socket.OSSupportsIPv6 && options.Port != 0 => [IPAddress.Loopback, IPAddress.IPv6Loopback],
        "localhost" => [IPAddress.Loopback],
        "*" => [System.Net.Sockets.Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any],
        _ when IPAddress.TryParse(options.Host, out IPAddress? address) => [address],
        _ => throw new ArgumentException($"\"{options.Host}\" is not an address to listen on: use an IP address, localhost or *.", nameof(options)),
    };
}

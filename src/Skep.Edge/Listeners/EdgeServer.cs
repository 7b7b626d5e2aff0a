using System.Collections.Immutable;
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Skep.Edge.Dispatch;
using Skep.Edge.Routing;
using Skep.Edge.Tls;
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
    private readonly KestrelConfiguration _configuration;
    private readonly CertificateStore? _certificates;
    private Task? _stopping;

    // Lines end with CR LF: whoever takes a bare LF for an end reads other requests than the server before it.
    static EdgeServer() => AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);

    /// <summary>A server that is not listening yet.</summary>
    /// <param name="options">Where it listens.</param>
    /// <param name="dispatch">What it hands on.</param>
    /// <param name="router">Finds the worker of a request.</param>
    /// <param name="loggers">Hears of faults.</param>
    /// <param name="loops">Event loops that it shares with others and does not end; null for <see cref="ListenerOptions.EventLoops"/> of its own.</param>
    /// <exception cref="IOException">A certificate cannot be read.</exception>
    public EdgeServer(ListenerOptions options, DispatchOptions dispatch, IWorkerRouter router, ILoggerFactory? loggers = null, EventLoopGroup? loops = null)
    {
        _options = options;
        loggers ??= NullLoggerFactory.Instance;
        var nonAsciiHeaders = new NonAsciiHeaders();
        _application = new FetchApplication(router, dispatch with { TrustedProxies = options.TrustedProxies }, nonAsciiHeaders);
        _transport = new SocketTransport(loops ?? (_ownLoops = new EventLoopGroup(options.EventLoops)), loggers, options.Shared);
        if (KestrelConfiguration.UsesTls(options))
            _certificates = new CertificateStore(options.Tls, loggers.CreateLogger<CertificateStore>(), TimeProvider.System);
        _configuration = new KestrelConfiguration(options, dispatch, nonAsciiHeaders, _certificates, loggers);
        _server = new KestrelServer(Options.Create(_configuration.Options), _transport, loggers);
    }

    /// <summary>The addresses that are listened on, with the port that was chosen.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints => _transport.EndPoints;

    /// <summary>The same, with what is spoken there.</summary>
    public ImmutableArray<ListeningEndpoint> Listening =>
        [.. _transport.EndPoints.Zip(_configuration.Protocols, static (address, protocol) => new ListeningEndpoint(address, protocol))];

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
        catch (Exception error) when (ListenFailure.Explain(error, _configuration.Next(_transport.EndPoints.Count)) is { } reason)
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
        _ownLoops?.Dispose();
        _certificates?.Dispose();
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
}

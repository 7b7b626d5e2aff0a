using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using Skep.Edge.Dispatch;
using Skep.Edge.Forwarding;
using Skep.Edge.Tls;

namespace Skep.Edge.Listeners;

/// <summary>What Kestrel is told: limits, and where to listen for what.</summary>
internal sealed class KestrelConfiguration
{
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(5);

    // Whether the other side of an HTTP/2 connection is still there, when nothing comes from it.
    private static readonly TimeSpan _pingAfter = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _pingTimeout = TimeSpan.FromSeconds(20);

    private readonly List<(string Where, ListenerProtocol Protocol)> _bound = [];
    private readonly ListenerOptions _options;
    private readonly CertificateStore? _certificates;
    private readonly ConnectionLimit? _perAddress;
    private readonly ILogger _log;

    public KestrelConfiguration(
        ListenerOptions options, DispatchOptions dispatch, NonAsciiHeaders nonAsciiHeaders, CertificateStore? certificates, ILoggerFactory loggers)
    {
        (_options, _certificates, _log) = (options, certificates, loggers.CreateLogger<EdgeServer>());
        _perAddress = options.MaxConnectionsPerAddress is { } most ? new ConnectionLimit(most, options.TrustedProxies) : null;
        Options = new KestrelServerOptions
        {
            AddServerHeader = false,
            AllowSynchronousIO = false,
            AllowResponseHeaderCompression = true,
            ApplicationServices = new KestrelServices(loggers),

            // https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2: an absolute-form target's host wins over the Host header.
            AllowHostHeaderOverride = true,
            ResponseHeaderEncodingSelector = nonAsciiHeaders.Select!,
        };
        Limit(Options.Limits, options, dispatch);
        foreach ((ListenerEndpoint endpoint, IPEndPoint address) in Addresses(options))
            Listen(endpoint, address);
    }

    public KestrelServerOptions Options { get; }

    /// <summary>What is spoken at each address, in the order in which they are listened on.</summary>
    public IEnumerable<ListenerProtocol> Protocols => _bound.Select(each => each.Protocol);

    public static bool UsesTls(ListenerOptions options) => Endpoints(options).Any(endpoint => endpoint.Protocol == ListenerProtocol.Https);

    /// <summary>The address that follows so many that are listened on.</summary>
    public string Next(int listening) => _bound[Math.Min(listening, _bound.Count - 1)].Where;

    /// <summary>Every address to listen on, in the order in which that is done.</summary>
    public static IEnumerable<(ListenerEndpoint Endpoint, IPEndPoint Address)> Addresses(ListenerOptions options) =>
        Endpoints(options).SelectMany(Addresses, static (endpoint, address) => (endpoint, new IPEndPoint(address, endpoint.Port)));

    private static IEnumerable<ListenerEndpoint> Endpoints(ListenerOptions options) =>
        [new ListenerEndpoint(options.Host, options.Port, options.Protocol) { ProxyProtocol = options.ProxyProtocol }, .. options.Further];

    private static void Limit(KestrelServerLimits limits, ListenerOptions options, DispatchOptions dispatch)
    {
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
        limits.MinRequestBodyDataRate = limits.MinResponseDataRate = options.MinDataRate > 0 ? new MinDataRate(options.MinDataRate, _grace) : null;
        limits.Http2.MaxRequestHeaderFieldSize = options.MaxRequestHeadersBytes;
        limits.Http2.KeepAlivePingDelay = _pingAfter;
        limits.Http2.KeepAlivePingTimeout = _pingTimeout;
    }

    private static IPAddress[] Addresses(ListenerEndpoint endpoint) => endpoint.Host switch
    {
        // Two addresses cannot agree on a port that the system chooses.
        "localhost" when Socket.OSSupportsIPv6 && endpoint.Port != 0 => [IPAddress.Loopback, IPAddress.IPv6Loopback],
        "localhost" => [IPAddress.Loopback],
        "*" => [Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any],
        _ when IPAddress.TryParse(endpoint.Host, out IPAddress? address) => [address],
        _ => throw new ArgumentException($"\"{endpoint.Host}\" is not an address to listen on: use an IP address, localhost or *.", nameof(endpoint)),
    };

    private void Listen(ListenerEndpoint endpoint, IPEndPoint address)
    {
        if (endpoint.ProxyProtocol && _options.TrustedProxies.IsEmpty)
            throw new ArgumentException($"The PROXY protocol on port {endpoint.Port} needs to know whose word counts: name the trusted proxies.", nameof(endpoint));
        _bound.Add(($"{endpoint.Host}:{endpoint.Port}", endpoint.Protocol));
        Options.Listen(address, listen => Configure(listen, endpoint));
    }

    private void Configure(ListenOptions listen, ListenerEndpoint endpoint)
    {
        listen.Protocols = endpoint.Protocol switch
        {
            ListenerProtocol.Https => HttpProtocols.Http1AndHttp2,
            ListenerProtocol.Http2 => HttpProtocols.Http2,
            _ => HttpProtocols.Http1,
        };
        if (endpoint.ProxyProtocol)
            listen.Use(next => new ProxyProtocol(next, _options.TrustedProxies, _options.ProxyHeaderTimeout, _log).OnConnectionAsync);
        if (_perAddress is { } limit)
            listen.Use(next => connection => limit.OnConnectionAsync(connection, next));
        if (endpoint.Protocol != ListenerProtocol.Https)
            return;
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = context => new(_certificates!.Select(context.ClientHelloInfo.ServerName)),
            HandshakeTimeout = _options.Tls.HandshakeTimeout,
        });
    }
}

using System.Collections.Immutable;
using Skep.Edge.Forwarding;
using Skep.Edge.Tls;
using Skep.Edge.Transport;

namespace Skep.Edge.Listeners;

/// <summary>Where the server listens and what it accepts from a connection.</summary>
public sealed record ListenerOptions
{
    /// <summary>An IP address, <c>localhost</c> (both loopback addresses), or <c>*</c> for every address of the machine.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The TCP port; 0 lets the system choose a free one.</summary>
    public int Port { get; init; } = 8787;

    /// <summary>What is spoken there.</summary>
    public ListenerProtocol Protocol { get; init; }

    /// <summary>Whether connections there begin with a PROXY header.</summary>
    public bool ProxyProtocol { get; init; }

    /// <summary>Where else to listen.</summary>
    public ImmutableArray<ListenerEndpoint> Further { get; init; } = [];

    /// <summary>The certificates of listeners with TLS.</summary>
    public TlsOptions Tls { get; init; } = new();

    /// <summary>Proxies in front of this server. Their <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed, and they alone may
    /// speak the PROXY protocol; what anybody else claims is not.</summary>
    public AddressList TrustedProxies { get; init; } = AddressList.Empty;

    /// <summary>How long a proxy may take for its PROXY header.</summary>
    public TimeSpan ProxyHeaderTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Connections that one address (of IPv6, one network of 64 bits) may have open, null for no limit. Of a trusted proxy
    /// without the PROXY protocol all clients count as one: those are not limited.</summary>
    public int? MaxConnectionsPerAddress { get; init; }

    /// <summary>The least that a client's upload, and its reading of a response, may make of bytes per second, after five seconds of
    /// grace; 0 for no least. Slower ones are cut off.</summary>
    public double MinDataRate { get; init; } = 240;

    /// <summary>The sockets for the addresses above, when other processes accept from them as well; null when the server binds its own.</summary>
    public SharedAccept? Shared { get; init; }

    /// <summary>Connections open at the same time, null for no limit; more are closed at once.</summary>
    public long? MaxConnections { get; init; }

    /// <summary>Request line and headers together, in bytes.</summary>
    public int MaxRequestHeadersBytes { get; init; } = 128 << 10;

    /// <summary>Number of request headers.</summary>
    public int MaxRequestHeaderCount { get; init; } = 500;

    /// <summary>How long a client may take to send the request head.</summary>
    public TimeSpan RequestHeadersTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a connection may stay idle between requests.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(130);

    /// <summary>Bytes of a response that are buffered for a slow client before the worker's writes wait.</summary>
    public long MaxResponseBufferBytes { get; init; } = 256 << 10;

    /// <summary>Event loops that connections are spread over, when the server is given none.</summary>
    public int EventLoops { get; init; } = Environment.ProcessorCount;

    /// <summary>Threads that the process's pool starts without hesitation. Workers compute on these threads when something they
    /// waited for has come, so this is how many may loop up to their CPU limit before others wait for the pool to grow, which
    /// takes it half a second per thread. Idle ones cost nothing: the pool does not use more than there is work for.</summary>
    public int MinWorkerThreads { get; init; } = 64;

    /// <summary>While going down: how long connections that are between two requests stay open, so that a request already on its
    /// way is answered (with <c>Connection: close</c>) and not cut.</summary>
    public TimeSpan DrainGrace { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>While going down: how long requests in flight may take in all before their connections are cut.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>While going down in favour of another process: how long connections that are between two requests stay open. Nobody
    /// waits for this end, so a client that comes back within it is answered, and told to connect anew.</summary>
    public TimeSpan LeaveGrace { get; init; } = TimeSpan.FromSeconds(5);
}

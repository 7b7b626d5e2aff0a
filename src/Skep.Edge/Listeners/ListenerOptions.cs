using System.Net;
using Skep.Edge.Transport;

namespace Skep.Edge.Listeners;

/// <summary>Where the server listens and what it accepts from a connection.</summary>
public sealed record ListenerOptions
{
    /// <summary>An IP address, <c>localhost</c> (both loopback addresses), or <c>*</c> for every address of the machine.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The TCP port; 0 lets the system choose a free one.</summary>
    public int Port { get; init; } = 8787;

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

    /// <summary>Event loops that connections are spread over.</summary>
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

    internal IReadOnlyList<IPEndPoint> EndPoints => [.. Addresses(Host, Port).Select(address => new IPEndPoint(address, Port))];

    private static IPAddress[] Addresses(string host, int port) => host switch
    {
        // Two addresses cannot agree on a port that the system chooses.
        "localhost" when System.Net.Sockets.Socket.OSSupportsIPv6 && port != 0 => [IPAddress.Loopback, IPAddress.IPv6Loopback],
        "localhost" => [IPAddress.Loopback],
        "*" => [System.Net.Sockets.Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any],
        _ when IPAddress.TryParse(host, out IPAddress? address) => [address],
        _ => throw new ArgumentException($"\"{host}\" is not an address to listen on: use an IP address, localhost or *.", nameof(host)),
    };
}

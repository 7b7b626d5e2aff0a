namespace Skep.Abstractions.Channels;

/// <summary>A TCP connection that a worker opened (https://developers.cloudflare.com/workers/runtime-apis/tcp-sockets/). Disposing
/// of it closes it; reads and writes under way fail.</summary>
public abstract class SocketConnection : IAsyncDisposable
{
    /// <summary>The bytes, both ways: one read and one write at a time.</summary>
    public abstract Stream Stream { get; }

    /// <summary>The other side's address and port.</summary>
    public abstract string RemoteAddress { get; }

    /// <summary>This side's address and port.</summary>
    public abstract string LocalAddress { get; }

    /// <summary>Nothing more will be written; the other side hears so and may go on.</summary>
    /// <exception cref="IOException">The connection is broken.</exception>
    public abstract ValueTask EndWritingAsync();

    /// <summary>Makes the connection a TLS one; <see cref="Stream"/> is another one then. No read or write may be under way.</summary>
    /// <param name="serverName">The name that the certificate must have; null for the one that was connected to.</param>
    /// <param name="cancellation">Gives up; the connection is closed.</param>
    /// <exception cref="SubrequestException">The handshake failed, and the connection is closed.</exception>
    public abstract ValueTask StartTlsAsync(string? serverName, CancellationToken cancellation);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}

using Skep.Edge.Transport;

namespace Skep.Edge.Outbound.Connections;

/// <summary>An open connection.</summary>
/// <param name="Socket">TCP, to look at its state.</param>
/// <param name="Stream">What is read and written: the same, or TLS over it. Disposing of it closes the socket.</param>
internal readonly record struct OriginConnection(SocketStream Socket, Stream Stream);

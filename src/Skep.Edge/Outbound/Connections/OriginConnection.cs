using System.Net.Sockets;

namespace Skep.Edge.Outbound.Connections;

/// <summary>An open connection.</summary>
/// <param name="Socket">The TCP socket, to look at its state.</param>
/// <param name="Stream">What is read and written: the socket's stream, or TLS over it. Disposing of it closes the socket.</param>
internal readonly record struct OriginConnection(Socket Socket, Stream Stream);

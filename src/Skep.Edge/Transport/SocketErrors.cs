using System.Net.Sockets;

namespace Skep.Edge.Transport;

/// <summary>The kernel's error numbers as exceptions.</summary>
internal static class SocketErrors
{
    private static readonly Dictionary<int, SocketError> _known = new()
    {
        [11] = SocketError.WouldBlock,
        [12] = SocketError.NoBufferSpaceAvailable,
        [13] = SocketError.AccessDenied,
        [23] = SocketError.TooManyOpenSockets,
        [24] = SocketError.TooManyOpenSockets,
        [28] = SocketError.NoBufferSpaceAvailable,
        [32] = SocketError.Shutdown,
        [97] = SocketError.AddressFamilyNotSupported,
        [98] = SocketError.AddressAlreadyInUse,
        [99] = SocketError.AddressNotAvailable,
        [100] = SocketError.NetworkDown,
        [101] = SocketError.NetworkUnreachable,
        [103] = SocketError.ConnectionAborted,
        [104] = SocketError.ConnectionReset,
        [105] = SocketError.NoBufferSpaceAvailable,
        [107] = SocketError.NotConnected,
        [110] = SocketError.TimedOut,
        [111] = SocketError.ConnectionRefused,
        [112] = SocketError.HostDown,
        [113] = SocketError.HostUnreachable,
    };

    /// <summary>What a system call failed with.</summary>
    public static SocketException From(int error) =>
        _known.TryGetValue(error, out SocketError known) ? new SocketException((int)known) : new SocketException((int)SocketError.SocketError, $"errno {error}");
}

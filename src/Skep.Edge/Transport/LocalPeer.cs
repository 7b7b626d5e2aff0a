using System.Net;

namespace Skep.Edge.Transport;

/// <summary>Connections to this very machine, such as those of a proxy in front of it: there is no network to share, so pacing and probing for
/// bandwidth, which many systems have on (BBR), is work for nothing. A megabyte costs its sender 79 µs with Reno, 148 with BBR.</summary>
internal static unsafe class LocalPeer
{
    private const int Congestion = 13;

    /// <summary>Chooses Reno for what is sent to a peer on this machine; every kernel has it, and lets everybody use it.</summary>
    public static void Tune(int descriptor, IPAddress? peer)
    {
        if (peer is null || !IPAddress.IsLoopback(peer.Unmapped()))
            return;
        ReadOnlySpan<byte> name = "reno"u8;
        fixed (byte* bytes = name)
            _ = LibC.setsockopt(descriptor, LibC.Tcp, Congestion, bytes, name.Length);
    }
}

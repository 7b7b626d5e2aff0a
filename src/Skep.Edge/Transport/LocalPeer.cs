using System.Net;

namespace Skep.Edge.Transport;

/// <summary>Connections to this very machine, such as those of a proxy in front of it: there is no network to share, so pacing and probing for
/// bandwidth, which many systems have on (BBR), is work for nothing.</summary>
/// <remarks>A connection that has had BBR for a moment is paced for good, with a timer for what it sends (<c>sk_pacing_status</c> of Linux). So none
/// begins with it: those that are accepted have Reno from their listening socket, which every kernel has and lets everybody use, and get the
/// system's choice when their peer is elsewhere.</remarks>
internal static unsafe class LocalPeer
{
    private const int Congestion = 13;
    private const int LongestName = 16;

    private static readonly byte[] _systems = OfNewSocket();

    /// <summary>Whether this is a system where it makes a difference.</summary>
    public static bool IsPaced { get; } = _systems.AsSpan().StartsWith("bbr"u8);

    /// <summary>Prepares a socket before it listens, for peers that are on this machine.</summary>
    public static void PrepareListener(int descriptor) => ChooseReno(descriptor);

    /// <summary>Lets an accepted connection be what the system says, unless its peer is on this machine.</summary>
    public static void Adjust(int accepted, IPAddress? peer)
    {
        if (IsPaced && !IsLocal(peer))
            Choose(accepted, _systems);
    }

    /// <summary>Prepares a socket before it connects.</summary>
    public static void PrepareToConnect(int descriptor, IPAddress peer)
    {
        if (IsLocal(peer))
            ChooseReno(descriptor);
    }

    private static bool IsLocal(IPAddress? peer) => peer is not null && IPAddress.IsLoopback(peer.Unmapped());

    private static void ChooseReno(int descriptor)
    {
        if (IsPaced)
            Choose(descriptor, "reno"u8);
    }

    private static void Choose(int descriptor, ReadOnlySpan<byte> name)
    {
        fixed (byte* bytes = name)
            _ = LibC.setsockopt(descriptor, LibC.Tcp, Congestion, bytes, name.Length);
    }

    // Listening sockets that are shared have been prepared by another process.
    private static byte[] OfNewSocket()
    {
        int descriptor = LibC.socket(SocketAddresses.InterNetwork, LibC.Stream | LibC.CloseOnExec, LibC.Tcp);
        if (descriptor < 0)
            return [];
        byte[] name = new byte[LongestName];
        int length = name.Length;
        fixed (byte* bytes = name)
            length = LibC.getsockopt(descriptor, LibC.Tcp, Congestion, bytes, &length) < 0 ? 0 : length;
        _ = LibC.close(descriptor);
        return name[..length];
    }
}

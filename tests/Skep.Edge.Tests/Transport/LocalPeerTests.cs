using System.Net;
using System.Net.Sockets;
using System.Text;
using Skep.Edge.Transport;

namespace Skep.Edge.Tests.Transport;

/// <summary>What is sent to this very machine is not paced as if there were a network.</summary>
public sealed class LocalPeerTests
{
    private const int Congestion = 13;

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::1")]
    public void A_peer_on_this_machine_is_sent_to_with_Reno(string peer)
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        LocalPeer.Tune((int)socket.Handle, IPAddress.Parse(peer));
        Assert.Equal("reno", AlgorithmOf(socket));
    }

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData(null)]
    public void Any_other_is_sent_to_as_the_system_says(string? peer)
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        string before = AlgorithmOf(socket);
        LocalPeer.Tune((int)socket.Handle, peer is null ? null : IPAddress.Parse(peer));
        Assert.Equal(before, AlgorithmOf(socket));
    }

    private static string AlgorithmOf(Socket socket)
    {
        byte[] name = new byte[16];
        int length = socket.GetRawSocketOption((int)SocketOptionLevel.Tcp, Congestion, name);
        return Encoding.ASCII.GetString(name, 0, length).TrimEnd('\0');
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text;
using Skep.Edge.Transport;

namespace Skep.Edge.Tests.Transport;

/// <summary>What is sent to this very machine is not paced as if there were a network, on systems that pace.</summary>
public sealed class LocalPeerTests
{
    private const int Congestion = 13;

    [Fact]
    public async Task A_connection_from_this_machine_has_never_been_paced()
    {
        using Socket accepted = await AcceptAsync();
        Assert.Equal(Local, AlgorithmOf(accepted));
        LocalPeer.Adjust((int)accepted.Handle, IPAddress.Loopback);
        Assert.Equal(Local, AlgorithmOf(accepted));
    }

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData(null)]
    public async Task One_from_elsewhere_is_sent_to_as_the_system_says(string? peer)
    {
        using Socket accepted = await AcceptAsync();
        LocalPeer.Adjust((int)accepted.Handle, peer is null ? null : IPAddress.Parse(peer));
        Assert.Equal(Systems, AlgorithmOf(accepted));
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("192.0.2.1", false)]
    public void A_connection_to_this_machine_is_not_paced(string peer, bool isLocal)
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        LocalPeer.PrepareToConnect((int)socket.Handle, IPAddress.Parse(peer));
        Assert.Equal(isLocal ? Local : Systems, AlgorithmOf(socket));
    }

    private static string Systems
    {
        get
        {
            using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
            return AlgorithmOf(socket);
        }
    }

    private static string Local => LocalPeer.IsPaced ? "reno" : Systems;

    private static async Task<Socket> AcceptAsync()
    {
        using Socket listening = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        LocalPeer.PrepareListener((int)listening.Handle);
        listening.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listening.Listen();
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listening.LocalEndPoint!, TestContext.Current.CancellationToken);
        return await listening.AcceptAsync(TestContext.Current.CancellationToken);
    }

    private static string AlgorithmOf(Socket socket)
    {
        byte[] name = new byte[16];
        int length = socket.GetRawSocketOption((int)SocketOptionLevel.Tcp, Congestion, name);
        return Encoding.ASCII.GetString(name, 0, length).TrimEnd('\0');
    }
}

using System.Net;
using System.Net.Sockets;
using Skep.Edge.Transport;

namespace Skep.Edge.Listeners;

/// <summary>Counts the connections of each client. Of IPv6, networks of 64 bits count as one address: whoever has one address of such a
/// network has all.</summary>
/// <param name="mostOfOne">Those of one address.</param>
/// <param name="most">Connections at once.</param>
internal sealed class ClientConnections(int mostOfOne, int most = int.MaxValue)
{
    private const int NetworkBytes = 8;

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, int> _open = [];
    private int _all;

    /// <summary>Counts a connection; false when there are enough.</summary>
    public bool TryEnter(IPAddress client)
    {
        client = Network(client);
        lock (_gate)
        {
            int own = _open.GetValueOrDefault(client);
            if (own >= mostOfOne || _all >= most)
                return false;
            _open[client] = own + 1;
            _all++;
            return true;
        }
    }

    /// <summary>One that was counted has ended.</summary>
    public void Leave(IPAddress client)
    {
        client = Network(client);
        lock (_gate)
        {
            _all--;
            if (--_open[client] == 0)
                _open.Remove(client);
        }
    }

    private static IPAddress Network(IPAddress client)
    {
        client = client.Unmapped();
        if (client.AddressFamily != AddressFamily.InterNetworkV6)
            return client;
        byte[] address = client.GetAddressBytes();
        address.AsSpan(NetworkBytes).Clear();
        return new IPAddress(address);
    }
}

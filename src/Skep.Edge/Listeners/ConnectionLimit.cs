using System.Net;
using Microsoft.AspNetCore.Connections;
using Skep.Edge.Forwarding;

namespace Skep.Edge.Listeners;

/// <summary>Closes connections of an address that has enough of them.</summary>
internal sealed class ConnectionLimit(int most, AddressList unlimited)
{
    private readonly ClientConnections _open = new(most);

    public async Task OnConnectionAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        IPAddress? address = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        if (address is null || unlimited.Contains(address))
        {
            await next(connection);
            return;
        }

        if (!_open.TryEnter(address))
        {
            connection.Abort(new ConnectionAbortedException($"{address} has {most} connections already."));
            return;
        }

        try
        {
            await next(connection);
        }
        finally
        {
            _open.Leave(address);
        }
    }
}

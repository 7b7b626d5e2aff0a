using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Skep.Edge.Forwarding;

namespace Skep.Edge.Listeners;

/// <summary>Closes connections of an address that has enough of them.</summary>
internal sealed class ConnectionLimit(int most, AddressList unlimited)
{
    private readonly ConcurrentDictionary<IPAddress, int> _open = new();

    public async Task OnConnectionAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        IPAddress? address = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        if (address is null || unlimited.Contains(address))
        {
            await next(connection);
            return;
        }

        if (_open.AddOrUpdate(address, 1, static (_, count) => count + 1) > most)
        {
            Leave(address);
            connection.Abort(new ConnectionAbortedException($"{address} has {most} connections already."));
            return;
        }

        try
        {
            await next(connection);
        }
        finally
        {
            Leave(address);
        }
    }

    private void Leave(IPAddress address)
    {
        if (_open.AddOrUpdate(address, 0, static (_, count) => count - 1) == 0)
            _open.TryRemove(KeyValuePair.Create(address, 0));
    }
}

using System.Net;
using System.Net.Sockets;

namespace Skep.Edge.Tests.Outbound;

/// <summary>An origin that answers each connection by a script, for what no HTTP server would send.</summary>
internal sealed class OriginScript : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Func<RawConnection, Task> _script;
    private readonly Task _running;

    public OriginScript(Func<RawConnection, Task> script)
    {
        _script = script;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _running = RunAsync();
    }

    public string Url => $"http://{_listener.LocalEndPoint}";

    /// <summary>Reads one request head and answers with these bytes, then closes.</summary>
    public static OriginScript Answering(string response) => new(async connection =>
    {
        await connection.ReadUntilAsync("\r\n\r\n");
        await connection.WriteAsync(response);
    });

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _running;
    }

    private async Task RunAsync()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptAsync();
            }
            catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
            {
                return;
            }

            using var connection = new RawConnection(socket);
            await _script(connection);
        }
    }
}

using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Skep.Edge.Transport;

// How it is opened.
internal sealed partial class SocketStream
{
    /// <summary>A connection to the address.</summary>
    /// <exception cref="SocketException">There is none.</exception>
    public static async ValueTask<SocketStream> ConnectAsync(EventLoop loop, IPEndPoint remote, CancellationToken cancellation)
    {
        SocketStream connection = Open(loop, remote);
        try
        {
            await connection.ConnectAsync(cancellation);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static unsafe SocketStream Open(EventLoop loop, IPEndPoint remote)
    {
        int family = remote.AddressFamily == AddressFamily.InterNetworkV6 ? SocketAddresses.InterNetworkV6 : SocketAddresses.InterNetwork;
        int descriptor = LibC.socket(family, LibC.Stream | LibC.NonBlocking | LibC.CloseOnExec, LibC.Tcp);
        if (descriptor < 0)
            throw SocketErrors.From(Marshal.GetLastPInvokeError());
        int on = 1;
        _ = LibC.setsockopt(descriptor, LibC.Tcp, LibC.TcpNoDelay, &on, sizeof(int));
        LocalPeer.PrepareToConnect(descriptor, remote.Address);
        return new SocketStream(loop, descriptor, remote);
    }

    private unsafe ValueTask ConnectAsync(CancellationToken cancellation)
    {
        SocketAddress address = RemoteEndPoint.Serialize();
        lock (_gate)
        {
            int result;
            fixed (byte* bytes = address.Buffer.Span)
                result = LibC.connect(_descriptor, bytes, address.Size);
            int error = result < 0 ? Marshal.GetLastPInvokeError() : 0;
            if (error is not (0 or LibC.InProgress or LibC.Interrupted))
                return ValueTask.FromException(SocketErrors.From(error));

            // Not before: an unconnected socket counts as hung up.
            _isWatched = _loop.TryAdd(_descriptor, this);
            if (!_isWatched)
                return ValueTask.FromException(SocketErrors.From(Marshal.GetLastPInvokeError()));
            if (error == 0)
                return ValueTask.CompletedTask;
            _connecting = true;
            _sending.Begin(cancellation);
            return new ValueTask(_sending, _sending.Version);
        }
    }

    private unsafe SocketException? ConnectFailure()
    {
        int error;
        int length = sizeof(int);
        if (LibC.getsockopt(_descriptor, LibC.SolSocket, LibC.SoError, &error, &length) < 0)
            error = Marshal.GetLastPInvokeError();
        return error == 0 ? null : SocketErrors.From(error);
    }
}

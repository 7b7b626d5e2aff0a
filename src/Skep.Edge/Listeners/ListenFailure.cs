using System.Net.Sockets;

namespace Skep.Edge.Listeners;

/// <summary>Says why an address cannot be listened on, and what to do.</summary>
internal static class ListenFailure
{
    /// <summary>The reason for people; null when it is not the socket's error.</summary>
    public static string? Explain(Exception error, string where)
    {
        if (Find(error) is not { } reason)
            return null;
        return reason switch
        {
            SocketError.AddressAlreadyInUse => $"{where} is in use. Stop what listens there, or choose another port.",
            SocketError.AccessDenied => $"{where} may not be listened on: ports below 1024 need root or CAP_NET_BIND_SERVICE. Choose another port.",
            SocketError.AddressNotAvailable => $"{where} is no address of this machine. Listen on 127.0.0.1, on * for all, or on one that `ip address` shows.",
            _ => $"{where} cannot be listened on: {error.Message}",
        };
    }

    private static SocketError? Find(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
        {
            if (error is SocketException socket)
                return socket.SocketErrorCode;
        }

        return null;
    }
}

namespace Skep.Abstractions.Channels;

/// <summary>Carries what a worker sends out: to the internet, to a service binding, to a test's fake.</summary>
public interface ISubrequestChannel
{
    /// <summary>Sends the request and returns when the response's head is there. Follows redirects as asked.</summary>
    /// <exception cref="SubrequestException">No response; its message is shown to the worker.</exception>
    ValueTask<SubrequestResponse> SendAsync(Subrequest request, CancellationToken cancellation);

    /// <summary>Opens a TCP connection, with TLS from the start when <paramref name="secure"/>.</summary>
    /// <param name="host">A name or an address, IPv6 without brackets.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="secure">TLS, with <paramref name="host"/> as the name that the certificate must have.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="SubrequestException">No connection; its message is shown to the worker.</exception>
    ValueTask<SocketConnection> ConnectAsync(string host, int port, bool secure, CancellationToken cancellation) =>
        throw new SubrequestException("This channel carries no TCP connections.");
}

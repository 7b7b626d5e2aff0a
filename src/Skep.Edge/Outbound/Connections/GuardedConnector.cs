using System.Net;
using System.Net.Sockets;
using Skep.Abstractions.Channels;
using Skep.Edge.Transport;

namespace Skep.Edge.Outbound.Connections;

/// <summary>Opens TCP connections for workers: resolves the name once, drops the addresses the guard refuses, and connects to
/// exactly those that are left, so that the name cannot change its mind in between (DNS rebinding).</summary>
internal sealed class GuardedConnector(AddressGuard guard, EventLoopGroup loops)
{
    private const int SmtpPort = 25;

    /// <summary>A connection.</summary>
    /// <exception cref="SubrequestException">The guard refuses every address of the host, or the port.</exception>
    public async ValueTask<SocketStream> ConnectAsync(string host, int port, CancellationToken cancellation)
    {
        if (port == SmtpPort)
            throw new SubrequestException($"Connecting to {host}:25 is not allowed: workers may not send mail over SMTP. Use a mail provider's HTTP API.");
        EventLoop loop = loops.Nearest();
        IPAddress[] resolved = await ResolveAsync(host, cancellation);
        IPAddress[] allowed = Array.FindAll(resolved, guard.Allows);
        if (allowed.Length == 0)
            throw Refusal(host, resolved);

        Exception? first = null;
        foreach (IPAddress address in allowed)
        {
            try
            {
                return await SocketStream.ConnectAsync(loop, new IPEndPoint(address, port), cancellation);
            }
            catch (SocketException error)
            {
                first ??= error;
            }
        }

        throw first!;
    }

    private static async ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(host, out IPAddress? address))
            return [address];

        // https://www.rfc-editor.org/rfc/rfc6761#section-6.3: these names are this machine, whatever a resolver says.
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase))
            return [IPAddress.Loopback, IPAddress.IPv6Loopback];
        return await Dns.GetHostAddressesAsync(host, cancellation);
    }

    private static SubrequestException Refusal(string host, IPAddress[] resolved)
    {
        if (resolved.Length == 0)
            return new SubrequestException($"The name {host} has no address.");
        AddressKind kind = AddressGuard.Classify(resolved[0]);
        string what = host.AsSpan().Trim("[]").SequenceEqual(resolved[0].ToString()) ? host : $"{host} ({resolved[0]})";
        return new SubrequestException(kind switch
        {
            AddressKind.Loopback => $"Connecting to {what} is not allowed: it is this server itself. Only local development may reach it (skep dev does).",
            AddressKind.Private => $"Connecting to {what} is not allowed: it is a private address. Workers reach the public internet only, unless the operator allows private addresses.",
            AddressKind.Metadata => $"Connecting to {what} is not allowed: it is a cloud metadata address.",
            _ => $"Connecting to {what} is not allowed: it is not an address of the public internet.",
        });
    }
}

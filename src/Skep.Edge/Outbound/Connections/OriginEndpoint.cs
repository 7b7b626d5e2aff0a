namespace Skep.Edge.Outbound.Connections;

/// <summary>Where a connection goes. Connections to the same endpoint can stand for each other.</summary>
/// <param name="Host">A name or an address, IPv6 without brackets.</param>
/// <param name="Port">The TCP port.</param>
/// <param name="IsTls">TLS from the start, with <paramref name="Host"/> as the name that the certificate must have.</param>
internal sealed record OriginEndpoint(string Host, int Port, bool IsTls)
{
    /// <summary>The host, in brackets where an address needs them.</summary>
    public string HostInUrl { get; } = Host.Contains(':') ? $"[{Host}]" : Host;

    /// <summary>As in a URL: without the port that its scheme implies. Also the value of the Host header.</summary>
    public string Authority { get; } = Compose(Host.Contains(':') ? $"[{Host}]" : Host, Port, IsTls ? 443 : 80);

    /// <inheritdoc/>
    public override string ToString() => Authority;

    private static string Compose(string host, int port, int implied) => port == implied ? host : $"{host}:{port}";
}

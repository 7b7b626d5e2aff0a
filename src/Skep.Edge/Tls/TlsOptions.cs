using System.Collections.Immutable;

namespace Skep.Edge.Tls;

/// <summary>Which certificates the server shows to clients.</summary>
public sealed record TlsOptions
{
    /// <summary>PEM files and folders of them. The certificate whose name is the one that the client asks for is shown, else the one
    /// for <c>*.</c> and the rest of the name, else the first.</summary>
    public ImmutableArray<CertificateLocation> Certificates { get; init; } = [];

    /// <summary>A folder with an authority of our own, made when it is not there, that issues a certificate for every name without one:
    /// for development, and until there are real certificates. Null refuses such names when there are certificates at all.</summary>
    public string? AuthorityFolder { get; init; }

    /// <summary>Addresses that the certificates of our own authority are good for, beside the loopback ones.</summary>
    public ImmutableArray<System.Net.IPAddress> Addresses { get; init; } = [];

    /// <summary>How often the files are looked at; those that changed take effect for the next connection.</summary>
    public TimeSpan ReloadInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a client may take for the handshake.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);
}

using Microsoft.AspNetCore.Connections.Features;

namespace Skep.Edge.Tls;

/// <summary>What a worker is told about a connection's TLS.</summary>
/// <param name="Version">E.g. <c>TLSv1.3</c>; empty without TLS.</param>
/// <param name="Cipher">E.g. <c>AEAD-AES128-GCM-SHA256</c>.</param>
internal sealed record TlsFacts(string Version, string Cipher)
{
    public static TlsFacts Of(ITlsHandshakeFeature handshake) =>
        new(CipherNames.Of(handshake.Protocol), handshake.NegotiatedCipherSuite is { } suite ? CipherNames.Of(suite) : "");
}

using System.Collections.Frozen;
using System.Net.Security;
using System.Security.Authentication;

namespace Skep.Edge.Tls;

/// <summary>What protocol versions and cipher suites are called in <c>request.cf</c>: OpenSSL's names, and BoringSSL's for those of TLS 1.3.</summary>
internal static class CipherNames
{
    private static readonly FrozenDictionary<TlsCipherSuite, string> _names = Enum.GetValues<TlsCipherSuite>().Distinct().ToFrozenDictionary(suite => suite, Name);

    /// <summary>E.g. <c>TLSv1.3</c>.</summary>
    public static string Of(SslProtocols protocol) => protocol switch
    {
        SslProtocols.Tls13 => "TLSv1.3",
        SslProtocols.Tls12 => "TLSv1.2",
        _ => protocol.ToString(),
    };

    /// <summary>E.g. <c>AEAD-AES128-GCM-SHA256</c>, <c>ECDHE-RSA-AES128-GCM-SHA256</c>.</summary>
    public static string Of(TlsCipherSuite suite) => _names.GetValueOrDefault(suite, "");

    // TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_AES_128_GCM_SHA256
    private static string Name(TlsCipherSuite suite)
    {
        string name = suite.ToString()["TLS_".Length..];
        int with = name.IndexOf("_WITH_", StringComparison.Ordinal);
        string exchange = with < 0 ? "AEAD" : name[..with].Replace('_', '-');
        string cipher = (with < 0 ? name : name[(with + "_WITH_".Length)..]).Replace('_', '-')
            .Replace("AES-", "AES", StringComparison.Ordinal).Replace("-CBC", "", StringComparison.Ordinal);

        // OpenSSL leaves out that RSA exchanges the key, and the hash behind ChaCha20 before TLS 1.3.
        if (with >= 0 && cipher.StartsWith("CHACHA20", StringComparison.Ordinal))
            cipher = "CHACHA20-POLY1305";
        return exchange == "RSA" ? cipher : $"{exchange}-{cipher}";
    }
}

using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Skep.Edge.Tls;

/// <summary>A certificate with its key, ready to be shown.</summary>
internal sealed class ServerCertificate
{
    public ServerCertificate(X509Certificate2 leaf, X509Certificate2Collection signers)
    {
        Names = [.. ReadNames(leaf)];
        NotBefore = leaf.NotBefore;
        NotAfter = leaf.NotAfter;

        // One context for all its connections: sessions are resumed within a context only. Offline: no look-up at a certificate's say-so.
        Handshake = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(leaf, signers, offline: true),
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        };
    }

    /// <summary>The names that it is for, lower case; <c>*.example.com</c> for all below one.</summary>
    public ImmutableArray<string> Names { get; }

    public DateTime NotBefore { get; }

    public DateTime NotAfter { get; }

    /// <summary>What a handshake that shows it goes by.</summary>
    public SslServerAuthenticationOptions Handshake { get; }

    /// <summary>Reads a pair of files.</summary>
    /// <exception cref="IOException">They are no certificate and its key; the message says which files and why.</exception>
    public static ServerCertificate Load(string certificate, string key)
    {
        try
        {
            string text = File.ReadAllText(certificate);
            var all = new X509Certificate2Collection();
            all.ImportFromPem(text);
            if (all.Count == 0)
                throw new CryptographicException("there is no certificate in it");
            string keyText = key == certificate ? text : File.ReadAllText(key);
            if (keyText.Contains("ENCRYPTED", StringComparison.Ordinal))
                throw new CryptographicException("the key is encrypted: keep it without a pass phrase, readable by the server alone");
            var leaf = X509Certificate2.CreateFromPem(text, keyText);
            all.RemoveAt(0);
            return new ServerCertificate(leaf, all);
        }
        catch (Exception broken) when (broken is CryptographicException or ArgumentException or UnauthorizedAccessException)
        {
            throw new IOException($"{certificate} with the key {key} cannot be used: {broken.Message}", broken);
        }
    }

    private static IEnumerable<string> ReadNames(X509Certificate2 leaf)
    {
        if (leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault() is not { } names)
            return [leaf.GetNameInfo(X509NameType.SimpleName, forIssuer: false).ToLowerInvariant()];
        return names.EnumerateDnsNames().Select(name => name.ToLowerInvariant()).Concat(names.EnumerateIPAddresses().Select(address => address.ToString()));
    }
}

using System.Security.Cryptography.X509Certificates;

namespace Skep.Edge.Tls;

/// <summary>For how long a certificate is good.</summary>
/// <param name="Path">Its file.</param>
/// <param name="From">Not before.</param>
/// <param name="Until">Not after.</param>
public sealed record CertificateDates(string Path, DateTimeOffset From, DateTimeOffset Until)
{
    /// <summary>Those of all certificates of these options.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">One is no certificate.</exception>
    public static IReadOnlyList<CertificateDates> Of(TlsOptions options) => [.. options.Certificates.SelectMany(CertificateFiles.Find).Select(pair => pair.Certificate).Distinct(StringComparer.Ordinal).Select(Read)];

    private static CertificateDates Read(string path)
    {
        using var certificate = X509Certificate2.CreateFromPem(File.ReadAllText(path));
        return new CertificateDates(path, new DateTimeOffset(certificate.NotBefore), new DateTimeOffset(certificate.NotAfter));
    }
}

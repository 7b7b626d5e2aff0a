using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Skep.Edge.Tests.Tls;

/// <summary>A self-signed certificate as PEM.</summary>
internal sealed record TestCertificate(string Certificate, string Key, string Thumbprint)
{
    public static TestCertificate For(params string[] names) => At(DateTimeOffset.UtcNow.AddDays(-1), names);

    public static TestCertificate At(DateTimeOffset notBefore, params string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={names[0].Replace('*', 'x')}", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (string name in names)
            alternatives.AddDnsName(name);
        request.CertificateExtensions.Add(alternatives.Build());
        using X509Certificate2 made = request.CreateSelfSigned(notBefore, notBefore.AddDays(30));
        return new TestCertificate(made.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n", made.Thumbprint);
    }

    /// <summary>Writes <c>name.crt</c> and <c>name.key</c>.</summary>
    public string WriteTo(Skep.Testing.TemporaryFolder folder, string name)
    {
        folder.Write(name + ".key", Key);
        return folder.Write(name + ".crt", Certificate);
    }
}

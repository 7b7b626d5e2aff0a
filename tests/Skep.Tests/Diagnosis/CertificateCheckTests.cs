using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Skep.Diagnosis;
using Skep.Edge.Tls;
using Skep.Testing;
using Xunit;

namespace Skep.Tests.Diagnosis;

/// <summary>What the doctor says of certificates.</summary>
public sealed class CertificateCheckTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(-30, 90, "Ok", "is valid until 2027-02-19")]
    [InlineData(-30, 13, "Warn", "expires on 2026-12-04")]
    [InlineData(-30, -1, "Fail", "has expired on 2026-11-20")]
    [InlineData(2, 90, "Fail", "is not valid before 2026-11-23")]
    public void A_certificate_is_judged_by_its_dates(int from, int until, string grade, string what)
    {
        var path = Path.Combine(_folder.Path, "site.pem");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=site", key, HashAlgorithmName.SHA256).CreateSelfSigned(Now.AddDays(from), Now.AddDays(until));
        File.WriteAllText(path, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());
        var finding = Assert.Single(Check(path));
        Assert.Equal((grade, $"{path} {what}"), ($"{finding.Grade}", finding.What));
    }

    [Fact]
    public void What_is_no_certificate_is_said_to_be_none()
    {
        var path = Path.Combine(_folder.Path, "site.pem");
        Assert.Equal($"There is no certificate {path}: name a PEM file, or a folder of them.", Assert.Single(Check(path)).Remedy);
        File.WriteAllText(path, "-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n");
        File.WriteAllText(Path.ChangeExtension(path, ".key"), "");
        Assert.Equal(Grade.Fail, Assert.Single(Check(path)).Grade);
    }

    private static IEnumerable<Finding> Check(string path) => ServerChecks.Certificates(new TlsOptions { Certificates = [new CertificateLocation(path)] }, Now);
}

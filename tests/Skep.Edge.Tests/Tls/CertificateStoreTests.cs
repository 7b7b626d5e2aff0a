using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Skep.Edge.Tls;
using Skep.Testing;

namespace Skep.Edge.Tests.Tls;

public sealed class CertificateStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingLoggers _log = new();
    private readonly ManualTime _time = new();

    public void Dispose()
    {
        _folder.Dispose();
        _log.Dispose();
    }

    [Fact]
    public void The_name_that_a_client_asks_for_chooses()
    {
        var exact = TestCertificate.For("a.example.com");
        var wildcard = TestCertificate.For("*.example.com", "example.com");
        var other = TestCertificate.For("other.example");
        string[] paths = [other.WriteTo(_folder, "other"), wildcard.WriteTo(_folder, "wildcard"), exact.WriteTo(_folder, "exact")];
        using CertificateStore store = Open([.. paths.Select(path => new CertificateLocation(path))]);
        Assert.Equal(exact.Thumbprint, Shown(store, "a.example.com"));
        Assert.Equal(exact.Thumbprint, Shown(store, "A.EXAMPLE.com"));
        Assert.Equal(wildcard.Thumbprint, Shown(store, "b.example.com"));
        Assert.Equal(wildcard.Thumbprint, Shown(store, "example.com"));
        Assert.Equal(other.Thumbprint, Shown(store, "x.b.example.com"));
        Assert.Equal(other.Thumbprint, Shown(store, null));
    }

    [Theory]
    [InlineData("site.crt", "site.key")]
    [InlineData("site.pem", "site-key.pem")]
    [InlineData("live/fullchain.pem", "live/privkey.pem")]
    [InlineData("tls.crt", "tls.key")]
    [InlineData("live/cert.pem", "live/key.pem")]
    public void A_folder_gives_what_it_has_whatever_made_it(string certificate, string key)
    {
        var made = TestCertificate.For("a.example");
        _folder.Write(certificate, made.Certificate);
        _folder.Write(key, made.Key);
        _folder.Write("readme.txt", "not a certificate");
        _folder.Write("ca-without-key.pem", TestCertificate.For("ca").Certificate);
        using CertificateStore store = Open(new CertificateLocation(_folder.Path));
        Assert.Equal(made.Thumbprint, Shown(store, "a.example"));
    }

    [Fact]
    public void Certificate_and_key_may_be_in_one_file()
    {
        var made = TestCertificate.For("a.example");
        using CertificateStore store = Open(new CertificateLocation(_folder.Write("both.pem", made.Key + made.Certificate)));
        Assert.Equal(made.Thumbprint, Shown(store, "a.example"));
    }

    [Fact]
    public void Of_two_for_one_name_the_newer_is_shown()
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        TestCertificate.At(now.AddDays(-20), "a.example").WriteTo(_folder, "a");
        var renewed = TestCertificate.At(now.AddDays(-2), "a.example");
        renewed.WriteTo(_folder, "b");
        TestCertificate.At(now.AddDays(-10), "a.example").WriteTo(_folder, "c");
        using CertificateStore store = Open(new CertificateLocation(_folder.Path));
        Assert.Equal(renewed.Thumbprint, Shown(store, "a.example"));
    }

    [Fact]
    public void Files_that_change_take_effect_without_a_restart()
    {
        TestCertificate.For("a.example").WriteTo(_folder, "a");
        using CertificateStore store = Open(new CertificateLocation(_folder.Path));
        var second = TestCertificate.For("a.example");
        Touch(second.WriteTo(_folder, "a"), 1);
        var added = TestCertificate.For("b.example");
        added.WriteTo(_folder, "b");
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(second.Thumbprint, Shown(store, "a.example"));
        Assert.Equal(added.Thumbprint, Shown(store, "b.example"));
        Assert.Empty(_log.Messages);
    }

    [Fact]
    public void A_broken_change_keeps_the_old_certificate_and_is_told_once()
    {
        var first = TestCertificate.For("a.example");
        string path = first.WriteTo(_folder, "a");
        using CertificateStore store = Open(new CertificateLocation(_folder.Path));
        _folder.Write("a.crt", "-----BEGIN CERTIFICATE-----\nbroken\n-----END CERTIFICATE-----\n");
        Touch(path, 1);
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(first.Thumbprint, Shown(store, "a.example"));
        string told = Assert.Single(_log.Messages);
        Assert.Contains(path, told);
        Assert.Contains("stays in use", told);

        var repaired = TestCertificate.For("a.example");
        Touch(repaired.WriteTo(_folder, "a"), 2);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(repaired.Thumbprint, Shown(store, "a.example"));
    }

    [Fact]
    public void A_key_of_another_certificate_is_refused_at_the_start()
    {
        string path = TestCertificate.For("a.example").WriteTo(_folder, "a");
        _folder.Write("a.key", TestCertificate.For("b.example").Key);
        IOException error = Assert.Throws<IOException>(() => Open(new CertificateLocation(path)));
        Assert.Contains(path, error.Message);
        Assert.Contains("a.key", error.Message);
    }

    [Theory]
    [InlineData("missing.pem", "There is no certificate")]
    [InlineData("lonely.pem", "There is no key for")]
    [InlineData(".", "There is no certificate with a key in")]
    public void What_is_missing_is_named(string name, string message)
    {
        _folder.Write("lonely.pem", TestCertificate.For("a.example").Certificate);
        string path = Path.Combine(_folder.Path, name);
        Assert.Contains(message, Assert.Throws<IOException>(() => Open(new CertificateLocation(path))).Message);
    }

    [Fact]
    public void The_development_authority_is_made_once_and_signs_any_name()
    {
        string folder = Path.Combine(_folder.Path, "tls");
        using CertificateStore first = Authority(folder);
        using var authority = X509Certificate2.CreateFromPem(File.ReadAllText(Path.Combine(folder, "ca.pem")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(Path.Combine(folder, "ca.key")));
        using CertificateStore second = Authority(folder);
        foreach (CertificateStore store in new[] { first, second })
        {
            X509Certificate2 leaf = store.Select("shop.localhost").ServerCertificateContext!.TargetCertificate;
            Assert.True(leaf.MatchesHostname("shop.localhost"));
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.Add(authority);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            Assert.True(chain.Build(leaf), string.Join(';', chain.ChainStatus.Select(status => status.StatusInformation)));
        }

        Assert.True(first.Select(null).ServerCertificateContext!.TargetCertificate.MatchesHostname("127.0.0.1"));
        Assert.Same(first.Select("shop.localhost"), first.Select("SHOP.localhost"));
    }

    private static CertificateStore Authority(string folder) =>
        new(new TlsOptions { AuthorityFolder = folder }, NullLogger.Instance, TimeProvider.System);

    private static string Shown(CertificateStore store, string? name) => store.Select(name).ServerCertificateContext!.TargetCertificate.Thumbprint;

    // Two writes within a tick of the file system's clock would look like one.
    private static void Touch(string path, int seconds) => File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddSeconds(seconds));

    private CertificateStore Open(params CertificateLocation[] locations) => new(new TlsOptions { Certificates = [.. locations] }, _log, _time);
}

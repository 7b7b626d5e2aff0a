using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Skep.Edge.Tls;

/// <summary>A certificate authority for development, kept in a folder: whoever trusts it once trusts every name that is served here.
/// Its certificates for names are made when they are asked for, and never written.</summary>
internal sealed class DevelopmentAuthority : IDisposable
{
    /// <summary>The file that clients are told to trust.</summary>
    public const string CertificateFile = "ca.pem";

    private const string KeyFile = "ca.key";
    private const int MostNames = 256;

    // What browsers accept of a certificate, and of one that a person has put into their store.
    private static readonly TimeSpan _leafLifetime = TimeSpan.FromDays(90);
    private static readonly TimeSpan _authorityLifetime = TimeSpan.FromDays(3650);
    private static readonly TimeSpan _renewBefore = TimeSpan.FromDays(7);

    private readonly X509Certificate2 _authority;
    private readonly ImmutableArray<IPAddress> _addresses;
    private readonly TimeProvider _time;
    private readonly ECDsa _leafKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly Lock _issuing = new();
    private readonly Dictionary<string, ServerCertificate> _issued = new(StringComparer.OrdinalIgnoreCase);

    private DevelopmentAuthority(X509Certificate2 authority, ImmutableArray<IPAddress> addresses, TimeProvider time) =>
        (_authority, _addresses, _time) = (authority, addresses, time);

    /// <summary>Opens the authority of a folder; makes one when there is none, or when it ends soon.</summary>
    /// <exception cref="IOException">Its files cannot be used.</exception>
    public static DevelopmentAuthority Open(string folder, ImmutableArray<IPAddress> addresses, TimeProvider time)
    {
        string certificatePath = Path.Combine(folder, CertificateFile);
        string keyPath = Path.Combine(folder, KeyFile);
        if (File.Exists(certificatePath) && File.Exists(keyPath))
        {
            X509Certificate2 kept;
            try
            {
                kept = X509Certificate2.CreateFromPemFile(certificatePath, keyPath);
            }
            catch (CryptographicException broken)
            {
                throw new IOException($"{certificatePath} and {keyPath} are no authority: {broken.Message} Remove both, and new ones are made.", broken);
            }

            if (new DateTimeOffset(kept.NotAfter) - time.GetUtcNow() > _leafLifetime)
                return new DevelopmentAuthority(kept, addresses, time);
            kept.Dispose();
        }

        return new DevelopmentAuthority(Create(folder, certificatePath, keyPath, time.GetUtcNow()), addresses, time);
    }

    /// <summary>A certificate for the name; for this machine when the client names none.</summary>
    public ServerCertificate Issue(string? name)
    {
        string key = name is not null && Uri.CheckHostName(name) == UriHostNameType.Dns ? name.ToLowerInvariant() : "localhost";
        lock (_issuing)
        {
            if (_issued.TryGetValue(key, out ServerCertificate? known) && new DateTimeOffset(known.NotAfter) - _time.GetUtcNow() > _renewBefore)
                return known;
            if (_issued.Count >= MostNames)
                _issued.Clear();
            return _issued[key] = Sign(key);
        }
    }

    public void Dispose()
    {
        _authority.Dispose();
        _leafKey.Dispose();
    }

    private static X509Certificate2 Create(string folder, string certificatePath, string keyPath, DateTimeOffset now)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=Skep development on {Environment.MachineName}, O=Skep", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        X509Certificate2 authority = request.CreateSelfSigned(now.AddDays(-1), now + _authorityLifetime);

        // The key first: a certificate without one is made anew, a key without a certificate too.
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(keyPath, options))
        using (var writer = new StreamWriter(file))
            writer.Write(key.ExportPkcs8PrivateKeyPem() + "\n");
        File.WriteAllText(certificatePath, authority.ExportCertificatePem() + "\n");
        return authority;
    }

    private ServerCertificate Sign(string name)
    {
        DateTimeOffset now = _time.GetUtcNow();
        var request = new CertificateRequest(Subject(name), _leafKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        if (name == "localhost")
        {
            foreach (IPAddress address in _addresses.Append(IPAddress.Loopback).Append(IPAddress.IPv6Loopback).Distinct())
                names.AddIpAddress(address);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_authority, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        Span<byte> serial = stackalloc byte[16];
        RandomNumberGenerator.Fill(serial);
        serial[0] &= 0x7f;
        using X509Certificate2 signed = request.Create(_authority, now.AddDays(-1), now + _leafLifetime, serial);
        return new ServerCertificate(signed.CopyWithPrivateKey(_leafKey), []);
    }

    // Built, not written: a name may hold what the text of a distinguished name takes for syntax. 64 is the attribute's limit.
    private static X500DistinguishedName Subject(string name)
    {
        var builder = new X500DistinguishedNameBuilder();
        builder.AddCommonName(name.Length <= 64 ? name : name[..64]);
        return builder.Build();
    }
}

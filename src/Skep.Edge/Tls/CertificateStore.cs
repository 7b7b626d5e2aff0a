using System.Collections.Immutable;
using System.Net.Security;
using Microsoft.Extensions.Logging;

namespace Skep.Edge.Tls;

/// <summary>The certificates that are shown now. The files are read again when they change; handshakes under way keep what they began with.</summary>
internal sealed partial class CertificateStore : IDisposable
{
    private readonly TlsOptions _options;
    private readonly ILogger _log;
    private readonly DevelopmentAuthority? _authority;
    private readonly ITimer? _looking;
    private readonly Lock _reloading = new();
    private ImmutableDictionary<(string Certificate, string Key), Loaded> _loaded = ImmutableDictionary<(string, string), Loaded>.Empty;
    private CertificateIndex _index = CertificateIndex.Empty;
    private string _lastProblem = "";

    /// <summary>Reads all of them.</summary>
    /// <exception cref="IOException">One cannot be read: at the start that is an error.</exception>
    public CertificateStore(TlsOptions options, ILogger log, TimeProvider time)
    {
        (_options, _log) = (options, log);
        if (options.AuthorityFolder is { } folder)
            _authority = DevelopmentAuthority.Open(folder, options.Addresses, time);
        else if (options.Certificates.IsEmpty)
            throw new ArgumentException("TLS needs a certificate: name a PEM file or a folder of them.", nameof(options));
        Publish([.. Find()], keepBroken: false);
        if (!options.Certificates.IsEmpty)
            _looking = time.CreateTimer(static self => ((CertificateStore)self!).Reload(), this, options.ReloadInterval, options.ReloadInterval);
    }

    /// <summary>When files were last written, and how long they are: enough to see a change.</summary>
    private readonly record struct Stamp(DateTime Certificate, long CertificateLength, DateTime Key, long KeyLength);

    private sealed record Loaded(ServerCertificate Certificate, Stamp Stamp);

    /// <summary>What the handshake with a client goes by that asks for this name.</summary>
    public SslServerAuthenticationOptions Select(string? serverName)
    {
        CertificateIndex index = Volatile.Read(ref _index);
        ServerCertificate? certificate = serverName is null ? null : index.Find(serverName);
        certificate ??= _authority?.Issue(serverName) ?? index.Default;
        return certificate!.Handshake;
    }

    /// <summary>Looks at the files, and takes those that changed. One that cannot be used leaves the old one in use, and is reported once.</summary>
    public void Reload()
    {
        lock (_reloading)
        {
            try
            {
                Publish([.. Find()], keepBroken: true);
                _lastProblem = "";
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                if (problem.Message != _lastProblem)
                    StillTheOld(_log, problem.Message);
                _lastProblem = problem.Message;
            }
        }
    }

    public void Dispose()
    {
        _looking?.Dispose();
        _authority?.Dispose();
    }

    private IEnumerable<(string Certificate, string Key)> Find() => _options.Certificates.SelectMany(CertificateFiles.Find).Distinct();

    private void Publish(ImmutableArray<(string Certificate, string Key)> pairs, bool keepBroken)
    {
        var next = ImmutableDictionary.CreateBuilder<(string, string), Loaded>();
        var inOrder = ImmutableArray.CreateBuilder<ServerCertificate>(pairs.Length);
        IOException? problem = null;
        foreach ((string Certificate, string Key) pair in pairs)
        {
            Loaded? known = _loaded.GetValueOrDefault(pair);
            Stamp stamp = Look(pair);
            if (known?.Stamp != stamp)
            {
                try
                {
                    known = new Loaded(ServerCertificate.Load(pair.Certificate, pair.Key), stamp);
                }
                catch (IOException broken) when (keepBroken)
                {
                    // Its stamp stays the old one, so that it is tried again: it may just be being written.
                    problem = broken;
                }
            }

            if (known is null)
                continue;
            next[pair] = known;
            inOrder.Add(known.Certificate);
        }

        _loaded = next.ToImmutable();
        Volatile.Write(ref _index, new CertificateIndex(inOrder.ToImmutable()));
        if (problem is not null)
            throw problem;
    }

    // Through symbolic links: certbot and Kubernetes renew by changing where one points.
    private static Stamp Look((string Certificate, string Key) pair)
    {
        FileInfo certificate = Resolve(pair.Certificate);
        FileInfo key = Resolve(pair.Key);
        return new Stamp(certificate.LastWriteTimeUtc, certificate.Length, key.LastWriteTimeUtc, key.Length);
    }

    private static FileInfo Resolve(string path) => (FileInfo?)File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path);

    [LoggerMessage(Level = LogLevel.Error, Message = "A certificate that changed is not used; the one before it stays in use. {Problem}")]
    private static partial void StillTheOld(ILogger log, string problem);
}

using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Skep.Edge.Tls;

/// <summary>Certificates by name (https://www.rfc-editor.org/rfc/rfc6066#section-3). Made anew for every change, and read without a lock.</summary>
internal sealed class CertificateIndex
{
    public static readonly CertificateIndex Empty = new([]);

    private readonly FrozenDictionary<string, ServerCertificate> _byName;

    public CertificateIndex(ImmutableArray<ServerCertificate> certificates)
    {
        var byName = new Dictionary<string, ServerCertificate>(StringComparer.OrdinalIgnoreCase);
        foreach (ServerCertificate certificate in certificates)
        {
            foreach (string name in certificate.Names)
            {
                // Of several for one name the newest: that is how a renewal beside the old file takes effect.
                if (!byName.TryGetValue(name, out ServerCertificate? other) || certificate.NotBefore > other.NotBefore)
                    byName[name] = certificate;
            }
        }

        _byName = byName.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        Default = certificates.FirstOrDefault();
    }

    /// <summary>For clients that name nothing we have; null when there are no certificates.</summary>
    public ServerCertificate? Default { get; }

    /// <summary>The certificate for a name: its own, or that of all names beside it.</summary>
    public ServerCertificate? Find(string name)
    {
        if (_byName.TryGetValue(name, out ServerCertificate? exact))
            return exact;
        int dot = name.IndexOf('.');
        return dot > 0 && _byName.TryGetValue("*" + name[dot..], out ServerCertificate? wildcard) ? wildcard : null;
    }
}

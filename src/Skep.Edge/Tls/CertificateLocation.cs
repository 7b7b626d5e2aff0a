namespace Skep.Edge.Tls;

/// <summary>Where certificates are.</summary>
/// <param name="Path">A PEM file: the certificate, then those that signed it, and perhaps its key. Or a folder, in which (and in whose
/// folders, as certbot makes them) every certificate with a key beside it counts.</param>
/// <param name="KeyPath">The PEM file of the key; null when it is in the same file or beside it.</param>
public sealed record CertificateLocation(string Path, string? KeyPath = null);

namespace Skep.Edge.Tls;

/// <summary>Finds certificates and their keys on disk. What a key is called beside its certificate is a matter of who made it:
/// <c>name.key</c>, <c>name-key.pem</c> (mkcert), <c>privkey.pem</c> (certbot), <c>tls.key</c> (Kubernetes), <c>key.pem</c>.</summary>
internal static class CertificateFiles
{
    private const int MostFiles = 10_000;

    private static readonly string[] _extensions = [".pem", ".crt", ".cer"];

    // Certbot writes the same certificate without its chain, and the chain alone, beside fullchain.pem.
    private static readonly string[] _partsOfFullChain = ["cert.pem", "chain.pem"];

    /// <summary>The pairs of a location. A folder's files that are no certificates with a key are passed over.</summary>
    /// <exception cref="IOException">There is nothing of use there; the message says what was looked for.</exception>
    public static IEnumerable<(string Certificate, string Key)> Find(CertificateLocation location)
    {
        if (!Directory.Exists(location.Path))
        {
            if (!File.Exists(location.Path))
                throw new IOException($"There is no certificate {location.Path}: name a PEM file, or a folder of them.");
            string key = location.KeyPath ?? FindKey(location.Path)
                ?? throw new IOException($"There is no key for {location.Path}: put it into the same file or beside it ({string.Join(", ", KeyNames(location.Path))}).");
            if (!File.Exists(key))
                throw new IOException($"There is no key {key}.");
            return [(location.Path, key)];
        }

        (string, string)[] pairs = [.. InFolder(location.Path)];
        return pairs.Length > 0 ? pairs : throw new IOException($"There is no certificate with a key in {location.Path}: a PEM file, and its key in it or beside it.");
    }

    private static IEnumerable<(string Certificate, string Key)> InFolder(string folder)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 };
        HashSet<string> all = [.. Directory.EnumerateFiles(folder, "*", options).Take(MostFiles)];
        foreach (string path in all.Order(StringComparer.Ordinal))
        {
            if (!_extensions.Contains(Path.GetExtension(path)) || !Contains(path, "-----BEGIN CERTIFICATE-----"))
                continue;
            bool isPart = _partsOfFullChain.Contains(Path.GetFileName(path)) && all.Contains(Path.Combine(Path.GetDirectoryName(path)!, "fullchain.pem"));
            if (!isPart && FindKey(path) is { } key)
                yield return (path, key);
        }
    }

    private static string? FindKey(string certificate) =>
        Contains(certificate, "PRIVATE KEY-----") ? certificate : KeyNames(certificate).FirstOrDefault(File.Exists);

    private static IEnumerable<string> KeyNames(string certificate)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(certificate))!;
        string name = Path.GetFileNameWithoutExtension(certificate);
        yield return Path.Combine(folder, name + ".key");
        yield return Path.Combine(folder, name + "-key.pem");
        yield return Path.Combine(folder, name + ".key.pem");
        if (name == "fullchain")
            yield return Path.Combine(folder, "privkey.pem");
        if (name is "cert" or "fullchain")
            yield return Path.Combine(folder, "key.pem");
    }

    private static bool Contains(string path, string mark) => File.ReadAllText(path).Contains(mark, StringComparison.Ordinal);
}

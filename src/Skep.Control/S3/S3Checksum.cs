using System.Security.Cryptography;

namespace Skep.Control.S3;

/// <summary>A checksum that clients send with a body (https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html).</summary>
internal sealed class S3Checksum
{
    private const string Prefix = "x-amz-checksum-";

    private static readonly Dictionary<string, Func<(Action<ReadOnlyMemory<byte>> Append, Func<byte[]> Finish)>> Algorithms = new(StringComparer.Ordinal)
    {
        ["crc32"] = static () => Of(Crc.Crc32()),
        ["crc32c"] = static () => Of(Crc.Crc32C()),
        ["crc64nvme"] = static () => Of(Crc.Crc64Nvme()),
        ["sha1"] = static () => Of(HashAlgorithmName.SHA1),
        ["sha256"] = static () => Of(HashAlgorithmName.SHA256),
    };

    private readonly Action<ReadOnlyMemory<byte>> _append;
    private readonly Func<byte[]> _finish;

    private S3Checksum(string header, string? expected)
    {
        (Header, Expected) = (header, expected);
        (_append, _finish) = Algorithms[header[Prefix.Length..]]();
    }

    /// <summary>The header or trailer that has it.</summary>
    public string Header { get; }

    /// <summary>What it should be, in base64; null until the trailer has come.</summary>
    public string? Expected { get; set; }

    /// <summary>The checksum that the call announces, or null.</summary>
    public static S3Checksum? Find(S3Request request)
    {
        foreach (var name in Algorithms.Keys)
        {
            if (request.Header(Prefix + name) is { } expected) return new S3Checksum(Prefix + name, expected);
        }

        return request.Header("x-amz-trailer")?.Trim().ToLowerInvariant() is { } trailer && trailer.StartsWith(Prefix, StringComparison.Ordinal) && Algorithms.ContainsKey(trailer[Prefix.Length..])
            ? new S3Checksum(trailer, null)
            : null;
    }

    public void Append(ReadOnlyMemory<byte> bytes) => _append(bytes);

    /// <exception cref="S3Exception">The body is not what its sender says.</exception>
    public void Check()
    {
        var actual = Convert.ToBase64String(_finish());
        if (Expected is null) throw new S3Exception(400, "InvalidRequest", $"The body has ended without its trailer {Header}.");
        if (Expected != actual) throw new S3Exception(400, "BadDigest", $"The {Header[Prefix.Length..].ToUpperInvariant()} you specified did not match the calculated checksum: {Expected} and {actual}.");
    }

    private static (Action<ReadOnlyMemory<byte>> Append, Func<byte[]> Finish) Of(Crc crc) => (bytes => crc.Append(bytes.Span), crc.Finish);

    private static (Action<ReadOnlyMemory<byte>> Append, Func<byte[]> Finish) Of(HashAlgorithmName name)
    {
        var hash = IncrementalHash.CreateHash(name);
        return (bytes => hash.AppendData(bytes.Span), () =>
        {
            using (hash) return hash.GetHashAndReset();
        });
    }
}

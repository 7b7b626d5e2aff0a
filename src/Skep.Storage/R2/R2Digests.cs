using System.Security.Cryptography;
using Skep.Abstractions.R2;

namespace Skep.Storage.R2;

/// <summary>Computes the checksums of content while it passes: MD5 always, which is the ETag, others where they are expected.</summary>
internal sealed class R2Digests : IDisposable
{
    private readonly R2Checksums _expected;
    private readonly IncrementalHash _md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
    private readonly IncrementalHash? _sha1;
    private readonly IncrementalHash? _sha256;
    private readonly IncrementalHash? _sha384;
    private readonly IncrementalHash? _sha512;

    public R2Digests(R2Checksums expected)
    {
        _expected = expected;
        _sha1 = For(expected.Sha1, HashAlgorithmName.SHA1);
        _sha256 = For(expected.Sha256, HashAlgorithmName.SHA256);
        _sha384 = For(expected.Sha384, HashAlgorithmName.SHA384);
        _sha512 = For(expected.Sha512, HashAlgorithmName.SHA512);
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _md5.AppendData(bytes);
        _sha1?.AppendData(bytes);
        _sha256?.AppendData(bytes);
        _sha384?.AppendData(bytes);
        _sha512?.AppendData(bytes);
    }

    /// <summary>The checksums of all that passed.</summary>
    /// <exception cref="R2Exception">One is not the one that is expected.</exception>
    public R2Checksums Finish() => new(
        Check("MD5", _expected.Md5, _md5)!,
        Check("SHA-1", _expected.Sha1, _sha1),
        Check("SHA-256", _expected.Sha256, _sha256),
        Check("SHA-384", _expected.Sha384, _sha384),
        Check("SHA-512", _expected.Sha512, _sha512));

    /// <inheritdoc/>
    public void Dispose()
    {
        _md5.Dispose();
        _sha1?.Dispose();
        _sha256?.Dispose();
        _sha384?.Dispose();
        _sha512?.Dispose();
    }

    private static IncrementalHash? For(string? expected, HashAlgorithmName algorithm) => expected is null ? null : IncrementalHash.CreateHash(algorithm);

    private static string? Check(string algorithm, string? expected, IncrementalHash? hash)
    {
        if (hash is null) return null;
        var actual = Convert.ToHexStringLower(hash.GetHashAndReset());
        return expected is null || string.Equals(expected, actual, StringComparison.OrdinalIgnoreCase) ? actual : throw R2Exception.BadDigest(algorithm, expected, actual);
    }
}

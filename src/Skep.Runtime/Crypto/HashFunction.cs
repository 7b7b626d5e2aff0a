using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Skep.Runtime.Crypto;

/// <summary>A digest under its Web Crypto name.</summary>
internal sealed class HashFunction
{
    private static readonly HashFunction Sha1 = new("SHA-1", HashAlgorithmName.SHA1, 20);
    private static readonly HashFunction Sha256 = new("SHA-256", HashAlgorithmName.SHA256, 32);
    private static readonly HashFunction Sha384 = new("SHA-384", HashAlgorithmName.SHA384, 48);
    private static readonly HashFunction Sha512 = new("SHA-512", HashAlgorithmName.SHA512, 64);
    private static readonly HashFunction Md5 = new("MD5", HashAlgorithmName.MD5, 16);

    private readonly Lazy<nint> _digest;

    private HashFunction(string name, HashAlgorithmName algorithm, int size)
    {
        Algorithm = algorithm;
        Size = size;
        // Fetched once for the life of the process: libcrypto would otherwise look it up on every signature.
        _digest = new(() =>
        {
            var digest = LibCrypto.EVP_MD_fetch(0, name, null);
            CryptoFailureException.ThrowUnless(digest != 0, $"EVP_MD_fetch({name})");
            return digest;
        });
    }

    public HashAlgorithmName Algorithm { get; }

    /// <summary>The digest's length in bytes.</summary>
    public int Size { get; }

    /// <summary>Bytes that it works on at a time.</summary>
    public int BlockSize => Size <= 32 ? 64 : 128;

    /// <summary>The EVP_MD.</summary>
    public nint Digest => _digest.Value;

    public static HashFunction Named(string name) => name switch
    {
        "SHA-256" => Sha256,
        "SHA-1" => Sha1,
        "SHA-384" => Sha384,
        "SHA-512" => Sha512,
        "MD5" => Md5,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such digest."),
    };

    public byte[] Hash(ReadOnlySpan<byte> data) => CryptographicOperations.HashData(Algorithm, data);

    /// <summary>The number of bytes written.</summary>
    [SkipLocalsInit]
    public int Hash(ReadOnlySpan<byte> data, Span<byte> digest)
    {
        Span<byte> state = stackalloc byte[RunningDigest.StateSize];
        RunningDigest.Start(this, state);
        RunningDigest.Update(this, state, data);
        return RunningDigest.Finish(this, state, digest);
    }

    public byte[] Mac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data)
    {
        var mac = new byte[Size];
        Hmac.Compute(this, key, data, mac);
        return mac;
    }

    /// <summary>The number of bytes written.</summary>
    public int Mac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, Span<byte> mac) => Hmac.Compute(this, key, data, mac);

    public bool VerifyMac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> mac, ReadOnlySpan<byte> data)
    {
        Span<byte> expected = stackalloc byte[64];
        var length = Hmac.Compute(this, key, data, expected);
        return CryptographicOperations.FixedTimeEquals(expected[..length], mac);
    }
}

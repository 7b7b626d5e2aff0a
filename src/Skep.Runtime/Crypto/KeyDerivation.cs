using System.Security.Cryptography;

namespace Skep.Runtime.Crypto;

/// <summary>HKDF (RFC 5869) and PBKDF2 (RFC 8018).</summary>
internal static class KeyDerivation
{
    public static byte[] Hkdf(
        HashFunction hash, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> info, int length)
    {
        var output = new byte[length];
        if (length == 0) return output;
        // HKDF-Extract is an HMAC; OpenSSL's own refuses a secret without bytes, which Web Crypto allows.
        var key = CryptographicOperations.HmacData(hash.Algorithm, salt, secret);
        HKDF.Expand(hash.Algorithm, key, output, info);
        return output;
    }

    public static byte[] Pbkdf2(HashFunction hash, ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int iterations, int length)
    {
        var output = new byte[length];
        if (length > 0)
            Rfc2898DeriveBytes.Pbkdf2(password, salt, output, iterations, hash.Algorithm);
        return output;
    }
}

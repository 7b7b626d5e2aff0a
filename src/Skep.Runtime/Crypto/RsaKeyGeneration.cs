using System.Runtime.InteropServices;

namespace Skep.Runtime.Crypto;

/// <summary>Making RSA keys. Large moduli take seconds: run it on a thread that may be busy, and give it an end.</summary>
internal static unsafe class RsaKeyGeneration
{
    // libcrypto calls back on the generating thread between its primality tests.
    [ThreadStatic]
    private static long t_deadline;

    /// <summary>RSAPrivateKey; null for sizes and exponents that no key has, or when the time is up.</summary>
    public static byte[]? Generate(int modulusBits, ReadOnlySpan<byte> exponent, TimeSpan limit)
    {
        var significant = exponent.TrimStart((byte)0);
        if (significant.Length is 0 or > 4 || (significant[^1] & 1) == 0 || significant is [1])
            return null;

        var context = LibCrypto.EVP_PKEY_CTX_new_from_name(0, "RSA", null);
        nint number;
        fixed (byte* pointer = significant)
            number = LibCrypto.BN_bin2bn(pointer, significant.Length, 0);
        try
        {
            CryptoFailureException.ThrowUnless(LibCrypto.EVP_PKEY_keygen_init(context) == 1);
            t_deadline = Environment.TickCount64 + (long)limit.TotalMilliseconds;
            LibCrypto.EVP_PKEY_CTX_set_cb(context, &GoOn);
            if (LibCrypto.EVP_PKEY_CTX_set_rsa_keygen_bits(context, modulusBits) == 1
                && LibCrypto.EVP_PKEY_CTX_set1_rsa_keygen_pubexp(context, number) == 1
                && LibCrypto.EVP_PKEY_generate(context, out var key) == 1)
            {
                using var parsed = new ParsedKey(key);
                var der = new byte[LibCrypto.i2d_PrivateKey(parsed, null)];
                fixed (byte* pointer = der)
                {
                    var cursor = pointer;
                    CryptoFailureException.ThrowUnless(LibCrypto.i2d_PrivateKey(parsed, &cursor) == der.Length);
                }
                return der;
            }
            LibCrypto.ERR_clear_error();
            return null;
        }
        finally
        {
            LibCrypto.BN_clear_free(number);
            LibCrypto.EVP_PKEY_CTX_free(context);
        }
    }

    [UnmanagedCallersOnly]
    private static int GoOn(nint context) => Environment.TickCount64 < t_deadline ? 1 : 0;
}

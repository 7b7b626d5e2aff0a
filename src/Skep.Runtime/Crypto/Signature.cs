namespace Skep.Runtime.Crypto;

/// <summary>One-shot signatures over EVP.</summary>
internal static unsafe class Signature
{
    /// <summary>Sets what the scheme needs on the EVP_PKEY_CTX; false refuses.</summary>
    public delegate bool Configure(nint keyContext);

    /// <summary>The number of bytes written, -1 when the key cannot sign this.</summary>
    public static int Sign(ParsedKey key, nint digest, ReadOnlySpan<byte> data, Span<byte> signature, Configure? configure = null)
    {
        var context = LibCrypto.EVP_MD_CTX_new();
        try
        {
            CryptoFailureException.ThrowUnless(LibCrypto.EVP_DigestSignInit(context, out var keyContext, digest, 0, key) == 1);
            var length = (nuint)signature.Length;
            byte none;
            fixed (byte* output = signature)
            fixed (byte* input = data)
            {
                if ((configure is null || configure(keyContext))
                    && LibCrypto.EVP_DigestSign(context, output, ref length, input == null ? &none : input, (nuint)data.Length) == 1)
                {
                    return (int)length;
                }
            }
            LibCrypto.ERR_clear_error();
            return -1;
        }
        finally
        {
            LibCrypto.EVP_MD_CTX_free(context);
        }
    }

    public static bool Verify(
        ParsedKey key, nint digest, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> data, Configure? configure = null)
    {
        var context = LibCrypto.EVP_MD_CTX_new();
        try
        {
            CryptoFailureException.ThrowUnless(LibCrypto.EVP_DigestVerifyInit(context, out var keyContext, digest, 0, key) == 1);
            byte none;
            fixed (byte* expected = signature)
            fixed (byte* input = data)
            {
                if ((configure is null || configure(keyContext))
                    && LibCrypto.EVP_DigestVerify(
                        context, expected == null ? &none : expected, (nuint)signature.Length, input == null ? &none : input, (nuint)data.Length) == 1)
                {
                    return true;
                }
            }
            LibCrypto.ERR_clear_error();
            return false;
        }
        finally
        {
            LibCrypto.EVP_MD_CTX_free(context);
        }
    }
}

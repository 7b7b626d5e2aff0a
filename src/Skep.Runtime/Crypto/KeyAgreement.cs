namespace Skep.Runtime.Crypto;

/// <summary>Diffie-Hellman on the NIST curves and on Curve25519.</summary>
internal static unsafe class KeyAgreement
{
    private const int MaximumSecret = 66;

    /// <summary>The x coordinate of the shared point; null when libcrypto refuses the peer's.</summary>
    public static byte[]? Ecdh(EcCurve curve, ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey) =>
        Derive(EcKey.Parsed(curve, privateKey), EcKey.Parsed(curve, publicKey));

    /// <summary>Null when the secret is all zero, which the peer can force (RFC 7748, section 6.1).</summary>
    public static byte[]? X25519(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey)
    {
        var secret = Derive(OkpKey.Parsed(OkpKind.X25519, privateKey), OkpKey.Parsed(OkpKind.X25519, publicKey));
        return secret is not null && secret.AsSpan().ContainsAnyExcept((byte)0) ? secret : null;
    }

    private static byte[]? Derive(ParsedKey own, ParsedKey peer)
    {
        var context = LibCrypto.EVP_PKEY_CTX_new(own, 0);
        try
        {
            CryptoFailureException.ThrowUnless(LibCrypto.EVP_PKEY_derive_init(context) == 1);
            var secret = new byte[MaximumSecret];
            var length = (nuint)secret.Length;
            fixed (byte* pointer = secret)
            {
                if (LibCrypto.EVP_PKEY_derive_set_peer(context, peer) != 1 || LibCrypto.EVP_PKEY_derive(context, pointer, ref length) != 1)
                {
                    LibCrypto.ERR_clear_error();
                    return null;
                }
            }
            Array.Resize(ref secret, (int)length);
            return secret;
        }
        finally
        {
            LibCrypto.EVP_PKEY_CTX_free(context);
        }
    }
}

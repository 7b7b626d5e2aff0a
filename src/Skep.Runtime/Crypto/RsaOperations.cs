namespace Skep.Runtime.Crypto;

/// <summary>RSA signatures and encryption with keys in their canonical form.</summary>
internal static unsafe class RsaOperations
{
    /// <summary>As a salt length: PKCS#1 v1.5 instead of PSS.</summary>
    public const int Pkcs1 = -1;

    private static readonly KeyParser Parse = ParseKey;

    public static byte[]? Sign(HashFunction hash, int saltLength, ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> data)
    {
        // The signature is as long as the modulus, which is shorter than the private key's encoding.
        var signature = new byte[privateKey.Length];
        var length = Signature.Sign(Private(privateKey), hash.Digest, data, signature, context => SetPadding(context, hash, saltLength));
        if (length < 0)
            return null;
        Array.Resize(ref signature, length);
        return signature;
    }

    public static bool Verify(
        HashFunction hash, int saltLength, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> data) =>
        Signature.Verify(
            Public(publicKey), hash.Digest, signature, data, saltLength == Pkcs1 ? null : context => SetPadding(context, hash, saltLength));

    public static byte[]? EncryptOaep(HashFunction hash, ReadOnlySpan<byte> label, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> data) =>
        Oaep(encrypt: true, hash, label, Public(publicKey), publicKey.Length, data);

    public static byte[]? DecryptOaep(HashFunction hash, ReadOnlySpan<byte> label, ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> data) =>
        Oaep(encrypt: false, hash, label, Private(privateKey), privateKey.Length, data);

    private static byte[]? Oaep(bool encrypt, HashFunction hash, ReadOnlySpan<byte> label, ParsedKey key, int bound, ReadOnlySpan<byte> data)
    {
        var context = LibCrypto.EVP_PKEY_CTX_new(key, 0);
        try
        {
            CryptoFailureException.ThrowUnless(
                (encrypt ? LibCrypto.EVP_PKEY_encrypt_init(context) : LibCrypto.EVP_PKEY_decrypt_init(context)) == 1);
            CryptoFailureException.ThrowUnless(LibCrypto.EVP_PKEY_CTX_set_rsa_padding(context, LibCrypto.PaddingOaep) == 1);
            CryptoFailureException.ThrowUnless(LibCrypto.EVP_PKEY_CTX_set_rsa_oaep_md(context, hash.Digest) == 1);
            CryptoFailureException.ThrowUnless(LibCrypto.EVP_PKEY_CTX_set_rsa_mgf1_md(context, hash.Digest) == 1);
            SetLabel(context, label);
            var output = new byte[bound];
            var length = (nuint)output.Length;
            byte none;
            fixed (byte* outputPointer = output)
            fixed (byte* dataPointer = data)
            {
                var input = dataPointer == null ? &none : dataPointer;
                var result = encrypt
                    ? LibCrypto.EVP_PKEY_encrypt(context, outputPointer, ref length, input, (nuint)data.Length)
                    : LibCrypto.EVP_PKEY_decrypt(context, outputPointer, ref length, input, (nuint)data.Length);
                if (result != 1)
                {
                    LibCrypto.ERR_clear_error();
                    return null;
                }
            }
            Array.Resize(ref output, (int)length);
            return output;
        }
        finally
        {
            LibCrypto.EVP_PKEY_CTX_free(context);
        }
    }

    // libcrypto takes the label over, and frees it with its own allocator.
    private static void SetLabel(nint context, ReadOnlySpan<byte> label)
    {
        if (label.IsEmpty)
            return;
        var copy = LibCrypto.CRYPTO_malloc((nuint)label.Length, 0, 0);
        CryptoFailureException.ThrowUnless(copy != 0);
        label.CopyTo(new Span<byte>((void*)copy, label.Length));
        if (LibCrypto.EVP_PKEY_CTX_set0_rsa_oaep_label(context, copy, label.Length) == 1)
            return;
        LibCrypto.CRYPTO_free(copy, 0, 0);
        CryptoFailureException.ThrowUnless(false, "EVP_PKEY_CTX_set0_rsa_oaep_label");
    }

    private static bool SetPadding(nint context, HashFunction hash, int saltLength) =>
        saltLength == Pkcs1
            ? LibCrypto.EVP_PKEY_CTX_set_rsa_padding(context, LibCrypto.PaddingPkcs1) == 1
            : LibCrypto.EVP_PKEY_CTX_set_rsa_padding(context, LibCrypto.PaddingPss) == 1
                && LibCrypto.EVP_PKEY_CTX_set_rsa_mgf1_md(context, hash.Digest) == 1
                && LibCrypto.EVP_PKEY_CTX_set_rsa_pss_saltlen(context, saltLength) == 1;

    private static ParsedKey Public(ReadOnlySpan<byte> key) => ParsedKeyCache.Shared.Get(KeyEncoding.RsaPublic, key, Parse);

    private static ParsedKey Private(ReadOnlySpan<byte> key) => ParsedKeyCache.Shared.Get(KeyEncoding.RsaPrivate, key, Parse);

    private static ParsedKey ParseKey(KeyEncoding encoding, ReadOnlySpan<byte> key)
    {
        fixed (byte* pointer = key)
        {
            var cursor = pointer;
            return encoding == KeyEncoding.RsaPublic
                ? LibCrypto.d2i_PublicKey(LibCrypto.NidRsa, 0, ref cursor, key.Length)
                : LibCrypto.d2i_PrivateKey(LibCrypto.NidRsa, 0, ref cursor, key.Length);
        }
    }
}

using System.Runtime.InteropServices;

namespace Skep.Runtime.Crypto;

/// <summary>
/// The part of OpenSSL's libcrypto that .NET does not offer: Curve25519, AES-CTR, AES-KW, AES-GCM with any nonce and tag,
/// RSA-PSS with any salt, RSA-OAEP with a label, compressed points.
/// </summary>
/// <remarks>
/// The name is the shared object's own. Inside the node process the shim has loaded it with RTLD_DEEPBIND before the
/// runtime starts, so that the loader finds that copy here and never the OpenSSL that node itself exports.
/// </remarks>
internal static unsafe partial class LibCrypto
{
    private const string Name = "libcrypto.so.3";

    public const int NidRsa = 6;
    public const int NidX25519 = 1034;
    public const int NidEd25519 = 1087;

    public const int PaddingPkcs1 = 1;
    public const int PaddingOaep = 4;
    public const int PaddingPss = 6;

    public const int ControlSetIvLength = 0x9;
    public const int ControlGetTag = 0x10;
    public const int ControlSetTag = 0x11;
    public const int FlagWrapAllow = 0x1;

    [LibraryImport(Name)]
    public static partial void ERR_clear_error();

    [LibraryImport(Name)]
    public static partial nint CRYPTO_malloc(nuint size, nint file, int line);

    [LibraryImport(Name)]
    public static partial void CRYPTO_free(nint pointer, nint file, int line);

    [LibraryImport(Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint EVP_MD_fetch(nint context, string algorithm, string? properties);

    [LibraryImport(Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint EVP_CIPHER_fetch(nint context, string algorithm, string? properties);

    [LibraryImport(Name)]
    public static partial nint EVP_CIPHER_CTX_new();

    [LibraryImport(Name)]
    public static partial void EVP_CIPHER_CTX_free(nint context);

    [LibraryImport(Name)]
    public static partial void EVP_CIPHER_CTX_set_flags(nint context, int flags);

    [LibraryImport(Name)]
    public static partial int EVP_CIPHER_CTX_ctrl(nint context, int type, int argument, byte* pointer);

    [LibraryImport(Name)]
    public static partial int EVP_CipherInit_ex(nint context, nint cipher, nint engine, byte* key, byte* iv, int encrypt);

    [LibraryImport(Name)]
    public static partial int EVP_CipherUpdate(nint context, byte* output, out int outputLength, byte* input, int inputLength);

    [LibraryImport(Name)]
    public static partial int EVP_CipherFinal_ex(nint context, byte* output, out int outputLength);

    [LibraryImport(Name)]
    public static partial void EVP_PKEY_free(nint key);

    [LibraryImport(Name)]
    public static partial ParsedKey d2i_PUBKEY(nint reuse, ref byte* der, nint length);

    [LibraryImport(Name)]
    public static partial ParsedKey d2i_PublicKey(int type, nint reuse, ref byte* der, nint length);

    [LibraryImport(Name)]
    public static partial ParsedKey d2i_PrivateKey(int type, nint reuse, ref byte* der, nint length);

    [LibraryImport(Name)]
    public static partial ParsedKey d2i_AutoPrivateKey(nint reuse, ref byte* der, nint length);

    [LibraryImport(Name)]
    public static partial int i2d_PrivateKey(ParsedKey key, byte** der);

    [LibraryImport(Name)]
    public static partial ParsedKey EVP_PKEY_new_raw_private_key(int type, nint engine, byte* key, nuint length);

    [LibraryImport(Name)]
    public static partial ParsedKey EVP_PKEY_new_raw_public_key(int type, nint engine, byte* key, nuint length);

    [LibraryImport(Name)]
    public static partial int EVP_PKEY_get_raw_public_key(ParsedKey key, byte* output, ref nuint length);

    [LibraryImport(Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int EVP_PKEY_get_bn_param(ParsedKey key, string name, ref nint number);

    [LibraryImport(Name)]
    public static partial int BN_bn2binpad(nint number, byte* output, int length);

    [LibraryImport(Name)]
    public static partial nint BN_bin2bn(byte* input, int length, nint reuse);

    [LibraryImport(Name)]
    public static partial void BN_clear_free(nint number);

    [LibraryImport(Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint EVP_PKEY_CTX_new_from_name(nint context, string name, string? properties);

    [LibraryImport(Name)]
    public static partial nint EVP_PKEY_CTX_new(ParsedKey key, nint engine);

    [LibraryImport(Name)]
    public static partial void EVP_PKEY_CTX_free(nint context);

    [LibraryImport(Name)]
    public static partial int EVP_PKEY_keygen_init(nint context);

    [LibraryImport(Name)]
    public static partial void EVP_PKEY_CTX_set_cb(nint context, delegate* unmanaged<nint, int> progress);

    [LibraryImport(Name)]
    public static partial int EVP_PKEY_generate(nint context, out nint key);

    [LibraryImport(Name)]
    public static partial int EVP_PKEY_CTX_set_rsa_keygen_bits(nint context, int bits);

    [LibraryImport(Name)]
    public static partial int EVP_PKEY_CTX_set1_rsa_keygen_pubexp(nint context, nint exponent);

    [LibraryImport(Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int EVP_PKEY_CTX_set_group_name(nint context, string name);

    [LibraryImport(Name)]
    public static partial int EVP_PKEY_CTX_set_rsa_padding(nint context, int padding);

    [LibraryImport(Name)]
    public static partial int EVP_PKEY_CTX_set_rsa_pss_saltlen(nint context, int length);

    [LibraryImport(Name)]
    public static partial int EVP_PKEY_CTX_set_rsa_mgf1_md(nint context, nint digest);

    [LibraryImport(Name)]
    public static partial int EVP_PKEY_CTX_set_rsa_oaep_md(nint context, nint digest);

    [LibraryImport(Name)]
    public static partial int EVP_PKEY_CTX_set0_rsa_oaep_label(nint context, nint label, int length);

    [LibraryImport(Name)]
    public static partial int EVP_PKEY_encrypt_init(nint context);

    [LibraryImport(Name)]
    public static partial int EVP_PKEY_encrypt(nint context, byte* output, ref nuint outputLength, byte* input, nuint inputLength);

    [LibraryImport(Name)]
    public static partial int EVP_PKEY_decrypt_init(nint context);

    [LibraryImport(Name)]
    public static partial int EVP_PKEY_decrypt(nint context, byte* output, ref nuint outputLength, byte* input, nuint inputLength);

    [LibraryImport(Name)]
    public static partial int EVP_PKEY_derive_init(nint context);

    [LibraryImport(Name)]
    public static partial int EVP_PKEY_derive_set_peer(nint context, ParsedKey peer);

    [LibraryImport(Name)]
    public static partial int EVP_PKEY_derive(nint context, byte* secret, ref nuint length);

    [LibraryImport(Name)]
    public static partial nint EVP_MD_CTX_new();

    [LibraryImport(Name)]
    public static partial void EVP_MD_CTX_free(nint context);

    [LibraryImport(Name)]
    public static partial int EVP_DigestSignInit(nint context, out nint keyContext, nint digest, nint engine, ParsedKey key);

    [LibraryImport(Name)]
    public static partial int EVP_DigestSign(nint context, byte* signature, ref nuint length, byte* data, nuint dataLength);

    [LibraryImport(Name)]
    public static partial int EVP_DigestVerifyInit(nint context, out nint keyContext, nint digest, nint engine, ParsedKey key);

    [LibraryImport(Name)]
    public static partial int EVP_DigestVerify(nint context, byte* signature, nuint length, byte* data, nuint dataLength);
}

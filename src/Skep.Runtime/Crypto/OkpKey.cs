using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Skep.Runtime.Crypto;

/// <summary>Making, importing and exporting Curve25519 keys. Canonical: the public key's 32 bytes, then, in a private key, its own 32.</summary>
internal static unsafe class OkpKey
{
    public const int Size = 32;

    private static readonly KeyParser Parse = ParseKey;

    public static byte[] Generate(OkpKind kind)
    {
        Span<byte> secret = stackalloc byte[Size];
        RandomNumberGenerator.Fill(secret);
        return FromPrivate(kind, secret);
    }

    public static byte[] FromPrivate(OkpKind kind, ReadOnlySpan<byte> secret)
    {
        var key = new byte[2 * Size];
        secret.CopyTo(key.AsSpan(Size));
        using var parsed = ParsePrivate(kind, secret);
        var length = (nuint)Size;
        fixed (byte* pointer = key)
            CryptoFailureException.ThrowUnless(LibCrypto.EVP_PKEY_get_raw_public_key(parsed, pointer, ref length) == 1);
        return key;
    }

    public static byte[]? ImportSpki(OkpKind kind, byte[] der) =>
        KeyEnvelope.TryReadSpki(der) is { Key.Length: Size } envelope && envelope.Algorithm == kind.Oid ? envelope.Key : null;

    public static byte[]? ImportPkcs8(OkpKind kind, byte[] der)
    {
        if (KeyEnvelope.TryReadPkcs8(der) is not { } envelope || envelope.Algorithm != kind.Oid)
            return null;
        try
        {
            // RFC 8410, section 7: an OCTET STRING inside the envelope's.
            var reader = new AsnReader(envelope.Key, AsnEncodingRules.BER);
            var secret = reader.ReadOctetString();
            reader.ThrowIfNotEmpty();
            return secret.Length == Size ? FromPrivate(kind, secret) : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    public static byte[] ExportSpki(OkpKind kind, ReadOnlySpan<byte> publicKey) => new KeyEnvelope(kind.Oid, null, publicKey.ToArray()).ToSpki();

    public static byte[] ExportPkcs8(OkpKind kind, ReadOnlySpan<byte> privateKey)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteOctetString(privateKey[Size..]);
        return new KeyEnvelope(kind.Oid, null, writer.Encode()).ToPkcs8();
    }

    /// <summary>The key behind canonical bytes, from the cache.</summary>
    public static ParsedKey Parsed(OkpKind kind, ReadOnlySpan<byte> key) =>
        ParsedKeyCache.Shared.Get(key.Length == Size ? kind.PublicEncoding : kind.PrivateEncoding, key, Parse);

    private static ParsedKey ParseKey(KeyEncoding encoding, ReadOnlySpan<byte> key)
    {
        var kind = encoding is KeyEncoding.Ed25519Public or KeyEncoding.Ed25519Private ? OkpKind.Ed25519 : OkpKind.X25519;
        if (encoding == kind.PrivateEncoding)
            return ParsePrivate(kind, key[Size..]);
        fixed (byte* pointer = key)
            return LibCrypto.EVP_PKEY_new_raw_public_key(kind.Nid, 0, pointer, Size);
    }

    private static ParsedKey ParsePrivate(OkpKind kind, ReadOnlySpan<byte> secret)
    {
        fixed (byte* pointer = secret)
            return LibCrypto.EVP_PKEY_new_raw_private_key(kind.Nid, 0, pointer, Size);
    }
}

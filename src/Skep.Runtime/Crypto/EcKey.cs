using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Skep.Runtime.Crypto;

/// <summary>Making, importing and exporting keys of the NIST curves in their canonical form (see <see cref="EcCurve"/>).</summary>
internal static unsafe class EcKey
{
    private const byte Uncompressed = 4;

    private static readonly Asn1Tag ParametersTag = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag PublicKeyTag = new(TagClass.ContextSpecific, 1);
    private static readonly KeyParser Parse = ParseKey;

    public static byte[] Generate(EcCurve curve)
    {
        var context = LibCrypto.EVP_PKEY_CTX_new_from_name(0, "EC", null);
        try
        {
            CryptoFailureException.ThrowUnless(LibCrypto.EVP_PKEY_keygen_init(context) == 1);
            CryptoFailureException.ThrowUnless(LibCrypto.EVP_PKEY_CTX_set_group_name(context, curve.Name) == 1);
            CryptoFailureException.ThrowUnless(LibCrypto.EVP_PKEY_generate(context, out var key) == 1);
            using var parsed = new ParsedKey(key);
            return Canonical(curve, parsed, isPrivate: true);
        }
        finally
        {
            LibCrypto.EVP_PKEY_CTX_free(context);
        }
    }

    public static byte[]? ImportSpki(EcCurve curve, byte[] der) =>
        KeyEnvelope.TryReadSpki(der) is { Algorithm: KeyEnvelope.EllipticCurve } envelope && envelope.Curve == curve.Oid
            ? ImportPoint(curve, envelope.Key)
            : null;

    /// <summary>A point after SEC 1, section 2.3.3, compressed or not.</summary>
    public static byte[]? ImportPoint(EcCurve curve, ReadOnlySpan<byte> point)
    {
        var isWhole = point.Length == 1 + (2 * curve.FieldSize) && point[0] == Uncompressed;
        var isCompressed = point.Length == 1 + curve.FieldSize && point[0] is 2 or 3;
        if (!isWhole && !isCompressed)
            return null;
        using var parsed = ParsePoint(curve, point);
        return parsed.IsInvalid ? null : Canonical(curve, parsed, isPrivate: false);
    }

    public static byte[]? ImportPkcs8(EcCurve curve, byte[] der)
    {
        if (KeyEnvelope.TryReadPkcs8(der) is not { Algorithm: KeyEnvelope.EllipticCurve } envelope || envelope.Curve != curve.Oid)
            return null;
        if (TryReadSec1(curve, envelope.Key) is not var (scalar, point) || FromScalar(curve, scalar) is not { } key)
            return null;
        // A public key beside the private one must be its own.
        return point is null || ImportPoint(curve, point) is { } given && key.AsSpan(0, 2 * curve.FieldSize).SequenceEqual(given) ? key : null;
    }

    /// <summary>Whether the bytes are a key in canonical form.</summary>
    public static bool IsValid(EcCurve curve, ReadOnlySpan<byte> key)
    {
        var size = curve.FieldSize;
        if (key.Length == 2 * size)
            return ImportPoint(curve, Point(curve, key)) is not null;
        return key.Length == 3 * size && FromScalar(curve, key[(2 * size)..]) is { } whole && CryptographicOperations.FixedTimeEquals(whole, key);
    }

    public static byte[] ExportSpki(EcCurve curve, ReadOnlySpan<byte> publicKey) =>
        new KeyEnvelope(KeyEnvelope.EllipticCurve, curve.Oid, Point(curve, publicKey)).ToSpki();

    public static byte[] ExportPkcs8(EcCurve curve, ReadOnlySpan<byte> privateKey) =>
        new KeyEnvelope(KeyEnvelope.EllipticCurve, curve.Oid, Sec1(curve, privateKey[(2 * curve.FieldSize)..], Point(curve, privateKey))).ToPkcs8();

    /// <summary>The key behind canonical bytes, from the cache.</summary>
    public static ParsedKey Parsed(EcCurve curve, ReadOnlySpan<byte> key) => ParsedKeyCache.Shared.Get(curve.Encoding, key, Parse);

    private static ParsedKey ParseKey(KeyEncoding encoding, ReadOnlySpan<byte> key)
    {
        var curve = EcCurve.Of(encoding);
        var point = Point(curve, key);
        return key.Length == 2 * curve.FieldSize ? ParsePoint(curve, point) : ParseScalar(curve, key[(2 * curve.FieldSize)..], point);
    }

    private static ParsedKey ParsePoint(EcCurve curve, ReadOnlySpan<byte> point)
    {
        var spki = new KeyEnvelope(KeyEnvelope.EllipticCurve, curve.Oid, point.ToArray()).ToSpki();
        fixed (byte* pointer = spki)
        {
            var cursor = pointer;
            var parsed = LibCrypto.d2i_PUBKEY(0, ref cursor, spki.Length);
            if (parsed.IsInvalid)
                LibCrypto.ERR_clear_error();
            return parsed;
        }
    }

    private static ParsedKey ParseScalar(EcCurve curve, ReadOnlySpan<byte> scalar, byte[]? point)
    {
        var pkcs8 = new KeyEnvelope(KeyEnvelope.EllipticCurve, curve.Oid, Sec1(curve, scalar, point)).ToPkcs8();
        fixed (byte* pointer = pkcs8)
        {
            var cursor = pointer;
            var parsed = LibCrypto.d2i_AutoPrivateKey(0, ref cursor, pkcs8.Length);
            if (parsed.IsInvalid)
                LibCrypto.ERR_clear_error();
            return parsed;
        }
    }

    // libcrypto computes the public key that is not given.
    private static byte[]? FromScalar(EcCurve curve, ReadOnlySpan<byte> scalar)
    {
        if (!curve.IsScalar(scalar))
            return null;
        using var parsed = ParseScalar(curve, scalar, point: null);
        return parsed.IsInvalid ? null : Canonical(curve, parsed, isPrivate: true);
    }

    private static byte[] Canonical(EcCurve curve, ParsedKey key, bool isPrivate)
    {
        var size = curve.FieldSize;
        var bytes = new byte[(isPrivate ? 3 : 2) * size];
        CopyNumber(key, "qx", bytes.AsSpan(0, size));
        CopyNumber(key, "qy", bytes.AsSpan(size, size));
        if (isPrivate)
            CopyNumber(key, "priv", bytes.AsSpan(2 * size));
        return bytes;
    }

    private static void CopyNumber(ParsedKey key, string parameter, Span<byte> destination)
    {
        nint number = 0;
        CryptoFailureException.ThrowUnless(LibCrypto.EVP_PKEY_get_bn_param(key, parameter, ref number) == 1);
        fixed (byte* pointer = destination)
        {
            var written = LibCrypto.BN_bn2binpad(number, pointer, destination.Length);
            LibCrypto.BN_clear_free(number);
            CryptoFailureException.ThrowUnless(written == destination.Length);
        }
    }

    private static byte[] Point(EcCurve curve, ReadOnlySpan<byte> key) => [Uncompressed, .. key[..(2 * curve.FieldSize)]];

    // ECPrivateKey, RFC 5915. The curve is named by the envelope.
    private static byte[] Sec1(EcCurve curve, ReadOnlySpan<byte> scalar, byte[]? point)
    {
        // Exactly as long as the order: SEC 1 pads, and some exporters do not.
        Span<byte> padded = stackalloc byte[curve.FieldSize];
        padded.Clear();
        scalar.CopyTo(padded[(curve.FieldSize - scalar.Length)..]);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            writer.WriteOctetString(padded);
            if (point is not null)
            {
                using (writer.PushSequence(PublicKeyTag))
                    writer.WriteBitString(point);
            }
        }
        return writer.Encode();
    }

    private static (byte[] Scalar, byte[]? Point)? TryReadSec1(EcCurve curve, byte[] der)
    {
        try
        {
            var outer = new AsnReader(der, AsnEncodingRules.BER);
            var sequence = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            if (!sequence.TryReadInt32(out var version) || version != 1)
                return null;
            var scalar = sequence.ReadOctetString();
            if (scalar.Length > curve.FieldSize)
                return null;
            if (sequence.HasData && sequence.PeekTag().HasSameClassAndValue(ParametersTag)
                && sequence.ReadSequence(ParametersTag).ReadObjectIdentifier() != curve.Oid)
            {
                return null;
            }
            byte[]? point = null;
            if (sequence.HasData && sequence.PeekTag().HasSameClassAndValue(PublicKeyTag))
                point = sequence.ReadSequence(PublicKeyTag).ReadBitString(out _);
            sequence.ThrowIfNotEmpty();
            return (scalar, point);
        }
        catch (AsnContentException)
        {
            return null;
        }
    }
}

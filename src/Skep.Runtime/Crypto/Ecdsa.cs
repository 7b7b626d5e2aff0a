using System.Formats.Asn1;

namespace Skep.Runtime.Crypto;

/// <summary>ECDSA whose signatures are r ‖ s, as Web Crypto and JWS have them; libcrypto speaks DER.</summary>
internal static class Ecdsa
{
    // SEQUENCE of two INTEGERs of up to 67 bytes, each with a header of two, the sequence's of three.
    private const int MaximumDer = 3 + (2 * (2 + 67));
    private const byte SequenceTag = 0x30;
    private const byte IntegerTag = 0x02;

    public static byte[] Sign(EcCurve curve, HashFunction hash, ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> data)
    {
        Span<byte> der = stackalloc byte[MaximumDer];
        var length = Signature.Sign(EcKey.Parsed(curve, privateKey), hash.Digest, data, der);
        CryptoFailureException.ThrowUnless(length > 0, "EVP_DigestSign(ECDSA)");
        var signature = new byte[2 * curve.FieldSize];
        AsnDecoder.ReadSequence(der[..length], AsnEncodingRules.DER, out var offset, out _, out _);
        var rest = der[offset..length];
        var r = AsnDecoder.ReadIntegerBytes(rest, AsnEncodingRules.DER, out var consumed);
        CopyRight(r, signature.AsSpan(0, curve.FieldSize));
        CopyRight(AsnDecoder.ReadIntegerBytes(rest[consumed..], AsnEncodingRules.DER, out _), signature.AsSpan(curve.FieldSize));
        return signature;
    }

    public static bool Verify(
        EcCurve curve, HashFunction hash, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> data)
    {
        if (signature.Length != 2 * curve.FieldSize)
            return false;
        Span<byte> der = stackalloc byte[MaximumDer];
        var length = WriteDer(signature, der);
        return Signature.Verify(EcKey.Parsed(curve, publicKey), hash.Digest, der[..length], data);
    }

    private static int WriteDer(ReadOnlySpan<byte> signature, Span<byte> der)
    {
        Span<byte> numbers = stackalloc byte[MaximumDer];
        var half = signature.Length / 2;
        var length = WriteInteger(signature[..half], numbers);
        length += WriteInteger(signature[half..], numbers[length..]);
        var header = 0;
        der[header++] = SequenceTag;
        if (length > 127)
            der[header++] = 0x81;
        der[header++] = (byte)length;
        numbers[..length].CopyTo(der[header..]);
        return header + length;
    }

    private static int WriteInteger(ReadOnlySpan<byte> number, Span<byte> der)
    {
        number = number.TrimStart((byte)0);
        // Zero is one byte; a set top bit would make the number negative.
        var padding = number.IsEmpty || number[0] > 127 ? 1 : 0;
        der[0] = IntegerTag;
        der[1] = (byte)(number.Length + padding);
        der[2] = 0;
        number.CopyTo(der[(2 + padding)..]);
        return 2 + padding + number.Length;
    }

    private static void CopyRight(ReadOnlySpan<byte> number, Span<byte> destination)
    {
        number = number.TrimStart((byte)0);
        number.CopyTo(destination[(destination.Length - number.Length)..]);
    }
}

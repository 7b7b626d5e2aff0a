using System.Formats.Asn1;

namespace Skep.Runtime.Crypto;

/// <summary>
/// SubjectPublicKeyInfo (RFC 5280) and PrivateKeyInfo (RFC 5208, RFC 5958): an algorithm, its curve if it has one, and the
/// key in the algorithm's own encoding.
/// </summary>
internal readonly record struct KeyEnvelope(string Algorithm, string? Curve, byte[] Key)
{
    public const string Rsa = "1.2.840.113549.1.1.1";
    public const string EllipticCurve = "1.2.840.10045.2.1";
    public const string X25519 = "1.3.101.110";
    public const string Ed25519 = "1.3.101.112";

    /// <summary>Null when the bytes are anything else.</summary>
    public static KeyEnvelope? TryReadSpki(byte[] der)
    {
        try
        {
            var outer = new AsnReader(der, AsnEncodingRules.BER);
            var sequence = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            var (algorithm, curve) = ReadAlgorithm(sequence);
            var key = sequence.ReadBitString(out var unusedBits);
            sequence.ThrowIfNotEmpty();
            return unusedBits == 0 ? new KeyEnvelope(algorithm, curve, key) : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    /// <summary>Null when the bytes are anything else.</summary>
    public static KeyEnvelope? TryReadPkcs8(byte[] der)
    {
        try
        {
            var outer = new AsnReader(der, AsnEncodingRules.BER);
            var sequence = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            if (!sequence.TryReadInt32(out var version) || version is not (0 or 1))
                return null;
            var (algorithm, curve) = ReadAlgorithm(sequence);
            // Attributes and, in version 1, the public key may follow: nothing here needs them.
            return new KeyEnvelope(algorithm, curve, sequence.ReadOctetString());
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    public byte[] ToSpki()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            WriteAlgorithm(writer);
            writer.WriteBitString(Key);
        }
        return writer.Encode();
    }

    public byte[] ToPkcs8()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(0);
            WriteAlgorithm(writer);
            writer.WriteOctetString(Key);
        }
        return writer.Encode();
    }

    private static (string Algorithm, string? Curve) ReadAlgorithm(AsnReader reader)
    {
        var sequence = reader.ReadSequence();
        var algorithm = sequence.ReadObjectIdentifier();
        string? curve = null;
        if (algorithm == EllipticCurve)
            curve = sequence.ReadObjectIdentifier();
        else if (algorithm == Rsa && sequence.HasData)
            sequence.ReadNull();
        sequence.ThrowIfNotEmpty();
        return (algorithm, curve);
    }

    private void WriteAlgorithm(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Algorithm);
            if (Curve is not null)
                writer.WriteObjectIdentifier(Curve);
            else if (Algorithm == Rsa)
                writer.WriteNull();
        }
    }
}

using System.Buffers.Text;
using System.Formats.Asn1;
using System.Numerics;

namespace Skep.Runtime.Crypto;

/// <summary>
/// The numbers of an RSA key (RFC 8017, appendix A.1), each big-endian without leading zeros; those after
/// <see cref="Exponent"/> are null in a public key. Its encoding, RSAPublicKey or RSAPrivateKey, is what a CryptoKey holds.
/// </summary>
internal sealed record RsaKey(
    byte[] Modulus, byte[] Exponent, byte[]? D = null, byte[]? P = null, byte[]? Q = null, byte[]? Dp = null, byte[]? Dq = null, byte[]? Qi = null)
{
    private const int MaximumModulusBytes = 2048;

    /// <summary>The modulus length in bits.</summary>
    public int ModulusBits => (Modulus.Length * 8) - (BitOperations.LeadingZeroCount((uint)Modulus[0]) - 24);

    public static byte[]? ImportSpki(byte[] der) =>
        KeyEnvelope.TryReadSpki(der) is { Algorithm: KeyEnvelope.Rsa } envelope && TryDecode(isPrivate: false, envelope.Key) is { } key
            ? key.EncodeIfValid()
            : null;

    public static byte[]? ImportPkcs8(byte[] der) =>
        KeyEnvelope.TryReadPkcs8(der) is { Algorithm: KeyEnvelope.Rsa } envelope && TryDecode(isPrivate: true, envelope.Key) is { } key
            ? key.EncodeIfValid()
            : null;

    /// <summary>The canonical form of numbers that came as a JWK; null when they make no key.</summary>
    public static byte[]? Import(params ReadOnlySpan<byte[]> numbers)
    {
        foreach (ref readonly var number in numbers)
        {
            if (number.Length == 0)
                return null;
        }
        return FromNumbers(numbers).EncodeIfValid();
    }

    public static byte[] ExportSpki(byte[] publicKey) => new KeyEnvelope(KeyEnvelope.Rsa, null, publicKey).ToSpki();

    public static byte[] ExportPkcs8(byte[] privateKey) => new KeyEnvelope(KeyEnvelope.Rsa, null, privateKey).ToPkcs8();

    public static byte[] PublicKeyOf(byte[] privateKey)
    {
        var key = Decode(isPrivate: true, privateKey);
        return new RsaKey(key.Modulus, key.Exponent).Encode();
    }

    /// <summary>Base64url of the numbers, in the order of a JWK's members n, e, d, p, q, dp, dq, qi.</summary>
    public string[] ToJwk()
    {
        byte[][] numbers = D is null ? [Modulus, Exponent] : [Modulus, Exponent, D, P!, Q!, Dp!, Dq!, Qi!];
        return Array.ConvertAll(numbers, number => Base64Url.EncodeToString(number));
    }

    /// <summary>Decodes a canonical form.</summary>
    public static RsaKey Decode(bool isPrivate, byte[] pkcs1) =>
        TryDecode(isPrivate, pkcs1) ?? throw new CryptoFailureException("A CryptoKey holds a malformed RSA key.");

    public byte[] Encode()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            if (D is not null)
                writer.WriteInteger(0);
            writer.WriteIntegerUnsigned(Modulus);
            writer.WriteIntegerUnsigned(Exponent);
            if (D is not null)
            {
                foreach (var number in (ReadOnlySpan<byte[]>)[D, P!, Q!, Dp!, Dq!, Qi!])
                    writer.WriteIntegerUnsigned(number);
            }
        }
        return writer.Encode();
    }

    private static RsaKey? TryDecode(bool isPrivate, byte[] pkcs1)
    {
        try
        {
            var outer = new AsnReader(pkcs1, AsnEncodingRules.BER);
            var sequence = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            if (isPrivate && !(sequence.TryReadInt32(out var version) && version == 0))
                return null;
            var numbers = new byte[isPrivate ? 8 : 2][];
            for (var i = 0; i < numbers.Length; i++)
                numbers[i] = sequence.ReadIntegerBytes().ToArray();
            sequence.ThrowIfNotEmpty();
            return FromNumbers(numbers);
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static RsaKey FromNumbers(ReadOnlySpan<byte[]> numbers)
    {
        var trimmed = new byte[]?[8];
        for (var i = 0; i < numbers.Length; i++)
            trimmed[i] = Trim(numbers[i]);
        return new RsaKey(trimmed[0]!, trimmed[1]!, trimmed[2], trimmed[3], trimmed[4], trimmed[5], trimmed[6], trimmed[7]);
    }

    private static byte[] Trim(byte[] number)
    {
        var leading = number.AsSpan().IndexOfAnyExcept((byte)0);
        return leading switch
        {
            0 => number,
            < 0 => [0],
            _ => number[leading..],
        };
    }

    private byte[]? EncodeIfValid() => IsValid() ? Encode() : null;

    // What an attacker gains by a key that is not one (no primes, a tiny modulus) hurts only himself; what is checked is
    // that the numbers belong together, so that libcrypto's CRT computes what the modulus promises.
    private bool IsValid()
    {
        if (Modulus.Length is < 32 or > MaximumModulusBytes || Exponent.Length > 8 || (Modulus[^1] & 1) == 0 || (Exponent[^1] & 1) == 0)
            return false;
        if (Exponent is [1])
            return false;
        if (D is null)
            return true;
        foreach (var number in (ReadOnlySpan<byte[]>)[D, P!, Q!, Dp!, Dq!, Qi!])
        {
            if (number.Length > Modulus.Length)
                return false;
        }
        var (e, d, p, q) = (Number(Exponent), Number(D), Number(P!), Number(Q!));
        if (p <= 1 || q <= 1 || p * q != Number(Modulus))
            return false;
        var (dp, dq) = (Number(Dp!), Number(Dq!));
        return dp == d % (p - 1)
            && dq == d % (q - 1)
            && e * dp % (p - 1) == 1
            && e * dq % (q - 1) == 1
            && Number(Qi!) < p
            && Number(Qi!) * q % p == 1;
    }

    private static BigInteger Number(byte[] bigEndian) => new(bigEndian, isUnsigned: true, isBigEndian: true);
}

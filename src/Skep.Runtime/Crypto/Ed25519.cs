namespace Skep.Runtime.Crypto;

/// <summary>Ed25519 (RFC 8032).</summary>
internal static class Ed25519
{
    private const int SignatureSize = 64;

    // The y coordinates of the points of order 1, 2, 4 and 8, also in the encodings that are not reduced modulo p. The
    // sign bit of x does not matter.
    private static readonly byte[][] SmallOrder = Array.ConvertAll(
        [
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "26E8958FC2B227B045C3F489F2EF98F0D5DFAC05D3C63339B13802886D53FC05",
            "C7176A703D4DD84FBA3C0B760D10670F2A2053FA2C39CCC64EC7FD7792AC037A",
            "ECFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF7F",
            "EDFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF7F",
            "EEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF7F",
        ],
        Convert.FromHexString);

    public static byte[] Sign(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> data)
    {
        var signature = new byte[SignatureSize];
        var length = Signature.Sign(OkpKey.Parsed(OkpKind.Ed25519, privateKey), digest: 0, data, signature);
        CryptoFailureException.ThrowUnless(length == SignatureSize, "EVP_DigestSign(Ed25519)");
        return signature;
    }

    /// <summary>Verifies as Web Crypto asks: a key or an R of small order makes no valid signature.</summary>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> data) =>
        signature.Length == SignatureSize
        && !IsSmallOrder(publicKey)
        && !IsSmallOrder(signature[..OkpKey.Size])
        && Signature.Verify(OkpKey.Parsed(OkpKind.Ed25519, publicKey), digest: 0, signature, data);

    private static bool IsSmallOrder(ReadOnlySpan<byte> point)
    {
        foreach (var small in SmallOrder)
        {
            if (point[..^1].SequenceEqual(small.AsSpan(..^1)) && (point[^1] & 0x7F) == small[^1])
                return true;
        }
        return false;
    }
}

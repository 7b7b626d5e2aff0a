using Skep.Runtime.Crypto;

namespace Skep.Runtime.Tests.Crypto;

public sealed class AesCipherTests
{
    private static readonly byte[] Key = Hex.Bytes("2b7e151628aed2a6abf7158809cf4f3c");
    private static readonly byte[] Plain = Hex.Bytes("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51");

    // NIST SP 800-38A, F.2.1; the third block is padding.
    [Fact]
    public void Cbc()
    {
        var iv = Hex.Bytes("000102030405060708090a0b0c0d0e0f");
        var cipher = AesCipher.TransformCbc(encrypt: true, Key, iv, Plain)!;
        Assert.Equal(48, cipher.Length);
        Assert.Equal("7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2", Hex.Text(cipher.AsSpan(0, 32)));
        Assert.Equal(Plain, AesCipher.TransformCbc(encrypt: false, Key, iv, cipher));
        Assert.Null(AesCipher.TransformCbc(encrypt: false, Key, iv, cipher.AsSpan(0, 31)));
        Assert.Null(AesCipher.TransformCbc(encrypt: false, Key, iv, []));
    }

    // NIST SP 800-38A, F.5.1.
    [Fact]
    public void Ctr()
    {
        var counter = Hex.Bytes("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
        var cipher = AesCipher.TransformCtr(Key, counter, 128, Plain);
        Assert.Equal("874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff", Hex.Text(cipher));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(12)]
    [InlineData(64)]
    [InlineData(127)]
    public void A_short_counter_wraps_within_its_bits(int bits)
    {
        // All ones in the counter's bits: the second block is taken at zero, whatever the bits before it.
        var counter = Hex.Bytes("70f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
        var wrapped = counter.ToArray();
        for (var bit = 0; bit < bits; bit++)
        {
            counter[15 - (bit / 8)] |= (byte)(1 << (bit % 8));
            wrapped[15 - (bit / 8)] &= (byte)~(1 << (bit % 8));
        }
        var whole = AesCipher.TransformCtr(Key, counter, bits, Plain);
        Assert.Equal(AesCipher.TransformCtr(Key, counter, 128, Plain.AsSpan(0, 16)), whole[..16]);
        Assert.Equal(AesCipher.TransformCtr(Key, wrapped, 128, Plain.AsSpan(16)), whole[16..]);
    }

    // McGrew and Viega's test cases 4 and 5: nonces of 12 and of 8 bytes.
    [Theory]
    [InlineData(
        "cafebabefacedbaddecaf888",
        "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091",
        "5bc94fbc3221a5db94fae95ae7121a47")]
    [InlineData(
        "cafebabefacedbad",
        "61353b4c2806934a777ff51fa22a4755699b2a714fcdc6f83766e5f97b6c742373806900e49f24b22b097544d4896b424989b5e1ebac0f07c23f4598",
        "3612d2e79e3b0785561be14aaca2fccb")]
    public void Gcm(string nonce, string expected, string tag)
    {
        var key = Hex.Bytes("feffe9928665731c6d6a8f9467308308");
        var plain = Hex.Bytes(
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
        var additional = Hex.Bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2");
        foreach (var tagLength in (int[])[16, 12, 8, 4])
        {
            var cipher = AesCipher.TransformGcm(encrypt: true, key, Hex.Bytes(nonce), additional, tagLength, plain)!;
            Assert.Equal(expected + tag[..(2 * tagLength)], Hex.Text(cipher));
            Assert.Equal(plain, AesCipher.TransformGcm(encrypt: false, key, Hex.Bytes(nonce), additional, tagLength, cipher));
            cipher[^1] ^= 1;
            Assert.Null(AesCipher.TransformGcm(encrypt: false, key, Hex.Bytes(nonce), additional, tagLength, cipher));
        }
    }

    [Fact]
    public void Gcm_seals_nothing_too()
    {
        var sealedData = AesCipher.TransformGcm(encrypt: true, Key, new byte[12], [], 16, [])!;
        Assert.Equal(16, sealedData.Length);
        Assert.Equal([], AesCipher.TransformGcm(encrypt: false, Key, new byte[12], [], 16, sealedData)!);
    }

    // RFC 3394, section 4.1.
    [Fact]
    public void Key_wrap()
    {
        var key = Hex.Bytes("000102030405060708090a0b0c0d0e0f");
        var data = Hex.Bytes("00112233445566778899aabbccddeeff");
        var wrapped = AesCipher.WrapKey(wrap: true, key, data)!;
        Assert.Equal("1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5", Hex.Text(wrapped));
        Assert.Equal(data, AesCipher.WrapKey(wrap: false, key, wrapped));
        wrapped[0] ^= 1;
        Assert.Null(AesCipher.WrapKey(wrap: false, key, wrapped));
        Assert.Null(AesCipher.WrapKey(wrap: true, key, data.AsSpan(1)));
    }
}

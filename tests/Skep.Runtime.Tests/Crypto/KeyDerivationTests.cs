using Skep.Runtime.Crypto;

namespace Skep.Runtime.Tests.Crypto;

public sealed class KeyDerivationTests
{
    // RFC 5869, appendix A.1.
    [Fact]
    public void Hkdf()
    {
        var output = KeyDerivation.Hkdf(
            HashFunction.Named("SHA-256"),
            Hex.Bytes("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"),
            Hex.Bytes("000102030405060708090a0b0c"),
            Hex.Bytes("f0f1f2f3f4f5f6f7f8f9"),
            42);
        Assert.Equal("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865", Hex.Text(output));
    }

    // RFC 6070.
    [Theory]
    [InlineData(1, "0c60c80f961f0e71f3a9b524af6012062fe037a6")]
    [InlineData(4096, "4b007901b765489abead49d926f721d065a429c1")]
    public void Pbkdf2(int iterations, string expected) =>
        Assert.Equal(expected, Hex.Text(KeyDerivation.Pbkdf2(HashFunction.Named("SHA-1"), "password"u8, "salt"u8, iterations, 20)));

    [Fact]
    public void Nothing_is_derived_for_a_length_of_zero()
    {
        Assert.Empty(KeyDerivation.Hkdf(HashFunction.Named("SHA-256"), "secret"u8, "salt"u8, [], 0));
        Assert.Empty(KeyDerivation.Pbkdf2(HashFunction.Named("SHA-256"), "secret"u8, "salt"u8, 1, 0));
    }
}

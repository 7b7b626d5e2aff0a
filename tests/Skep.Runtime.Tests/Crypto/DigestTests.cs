using System.Security.Cryptography;
using Skep.Runtime.Crypto;

namespace Skep.Runtime.Tests.Crypto;

public sealed class DigestTests
{
    // FIPS 180-4's and RFC 1321's examples for "abc".
    [Theory]
    [InlineData("MD5", "900150983cd24fb0d6963f7d28e17f72")]
    [InlineData("SHA-1", "a9993e364706816aba3e25717850c26c9cd0d89d")]
    [InlineData("SHA-256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("SHA-384", "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7")]
    [InlineData(
        "SHA-512",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f")]
    public void Digests_whole_and_in_pieces(string name, string expected)
    {
        var hash = HashFunction.Named(name);
        Assert.Equal(expected, Hex.Text(hash.Hash("abc"u8)));

        var state = new byte[RunningDigest.StateSize];
        RunningDigest.Start(hash, state);
        RunningDigest.Update(hash, state, "a"u8);
        RunningDigest.Update(hash, state, []);
        RunningDigest.Update(hash, state, "bc"u8);
        Assert.Equal(expected, Hex.Text(RunningDigest.Finish(hash, state)));
    }

    [Fact]
    public void A_running_digest_equals_the_whole_one_over_many_blocks()
    {
        var data = new byte[100_003];
        new Random(1).NextBytes(data);
        foreach (var name in (string[])["MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512"])
        {
            var hash = HashFunction.Named(name);
            var state = new byte[RunningDigest.StateSize];
            RunningDigest.Start(hash, state);
            for (int at = 0, step = 1; at < data.Length; at += step, step = Math.Min(step * 3, data.Length - at))
                RunningDigest.Update(hash, state, data.AsSpan(at, Math.Min(step, data.Length - at)));
            Assert.Equal(hash.Hash(data), RunningDigest.Finish(hash, state));
        }
    }

    // RFC 4231, test case 2.
    [Fact]
    public void Macs()
    {
        var mac = HashFunction.Named("SHA-256").Mac("Jefe"u8, "what do ya want for nothing?"u8);
        Assert.Equal("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", Hex.Text(mac));
        Assert.True(HashFunction.Named("SHA-256").VerifyMac("Jefe"u8, mac, "what do ya want for nothing?"u8));
        Assert.False(HashFunction.Named("SHA-256").VerifyMac("Jefe"u8, mac.AsSpan(1), "what do ya want for nothing?"u8));
        mac[31] ^= 1;
        Assert.False(HashFunction.Named("SHA-256").VerifyMac("Jefe"u8, mac, "what do ya want for nothing?"u8));
    }

    [Fact]
    public void A_mac_is_the_same_as_of_another_implementation_whatever_the_lengths()
    {
        var random = new Random(2);
        foreach (var name in (string[])["MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512"])
        {
            var hash = HashFunction.Named(name);
            // Around the block sizes: longer keys are hashed first.
            foreach (var length in (int[])[0, 1, 63, 64, 65, 127, 128, 129, 1000])
            {
                var key = new byte[length];
                var data = new byte[length * 3];
                random.NextBytes(key);
                random.NextBytes(data);
                Assert.Equal(CryptographicOperations.HmacData(hash.Algorithm, key, data), hash.Mac(key, data));
            }
        }
    }
}

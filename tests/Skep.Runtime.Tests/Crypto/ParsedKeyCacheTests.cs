using Skep.Runtime.Crypto;

namespace Skep.Runtime.Tests.Crypto;

public sealed class ParsedKeyCacheTests
{
    private int parses;

    [Fact]
    public void Parses_a_key_once_and_forgets_the_least_used()
    {
        ParsedKeyCache cache = new(capacity: 2);
        byte[] a = OkpKey.Generate(OkpKind.Ed25519), b = OkpKey.Generate(OkpKind.Ed25519), c = OkpKey.Generate(OkpKind.Ed25519);
        var first = cache.Get(KeyEncoding.Ed25519Private, a, Parse);
        Assert.Same(first, cache.Get(KeyEncoding.Ed25519Private, a, Parse));
        Assert.Equal(1, parses);
        cache.Get(KeyEncoding.Ed25519Private, b, Parse);
        cache.Get(KeyEncoding.Ed25519Private, a, Parse);
        cache.Get(KeyEncoding.Ed25519Private, c, Parse);
        Assert.Equal(2, cache.Count);
        Assert.Same(first, cache.Get(KeyEncoding.Ed25519Private, a, Parse));
        Assert.Equal(3, parses);
        cache.Get(KeyEncoding.Ed25519Private, b, Parse);
        Assert.Equal(4, parses);
    }

    [Fact]
    public void The_same_bytes_under_another_encoding_are_another_key()
    {
        ParsedKeyCache cache = new(capacity: 4);
        var bytes = OkpKey.Generate(OkpKind.Ed25519);
        Assert.NotSame(cache.Get(KeyEncoding.Ed25519Private, bytes, Parse), cache.Get(KeyEncoding.X25519Private, bytes, Parse));
    }

    private ParsedKey Parse(KeyEncoding encoding, ReadOnlySpan<byte> key)
    {
        parses++;
        return new ParsedKey(Raw(key));
    }

    private static unsafe nint Raw(ReadOnlySpan<byte> key)
    {
        fixed (byte* pointer = key)
        {
            using var parsed = LibCrypto.EVP_PKEY_new_raw_private_key(LibCrypto.NidEd25519, 0, pointer, OkpKey.Size);
            var handle = parsed.DangerousGetHandle();
            parsed.SetHandleAsInvalid();
            return handle;
        }
    }
}

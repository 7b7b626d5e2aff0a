using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Skep.Runtime.Crypto;

/// <summary>HMAC of bytes that are all there (https://www.rfc-editor.org/rfc/rfc2104). On the stack: libcrypto's own takes a dozen
/// allocations and locks to set up, which for a token's signature is more than the hashing.</summary>
internal static class Hmac
{
    private const int LongestBlock = 128;
    private const int LongestDigest = 64;
    private const byte Inner = 0x36;
    private const byte Outer = 0x5c;

    /// <summary>Writes the code; the number of its bytes.</summary>
    [SkipLocalsInit]
    public static int Compute(HashFunction hash, ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, Span<byte> mac)
    {
        Span<byte> state = stackalloc byte[RunningDigest.StateSize];
        Span<byte> block = stackalloc byte[LongestBlock];
        block = block[..hash.BlockSize];
        block.Clear();
        if (key.Length > block.Length)
            hash.Hash(key, block);
        else
            key.CopyTo(block);

        Mask(block, Inner);
        Span<byte> inner = stackalloc byte[LongestDigest];
        RunningDigest.Start(hash, state);
        RunningDigest.Update(hash, state, block);
        RunningDigest.Update(hash, state, data);
        var length = RunningDigest.Finish(hash, state, inner);

        Mask(block, Inner ^ Outer);
        RunningDigest.Start(hash, state);
        RunningDigest.Update(hash, state, block);
        RunningDigest.Update(hash, state, inner[..length]);
        RunningDigest.Finish(hash, state, mac);
        CryptographicOperations.ZeroMemory(block);
        CryptographicOperations.ZeroMemory(state);
        return length;
    }

    private static void Mask(Span<byte> block, byte mask)
    {
        foreach (ref var each in block)
            each ^= mask;
    }
}

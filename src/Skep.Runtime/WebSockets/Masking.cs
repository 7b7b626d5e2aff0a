using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Skep.Runtime.WebSockets;

/// <summary>The XOR that a client's frames go through: https://www.rfc-editor.org/rfc/rfc6455#section-5.3. Its own inverse.</summary>
internal static class Masking
{
    private const int KeysAtOnce = 64;

    [ThreadStatic]
    private static KeyBlock? keys;

    /// <summary>Applies <paramref name="key"/> (its bytes in the order of the wire) in place; <paramref name="phase"/> is how
    /// many bytes of the frame's payload came before.</summary>
    public static void Apply(Span<byte> payload, uint key, int phase = 0)
    {
        var turned = BitConverter.IsLittleEndian ? BitOperations.RotateRight(key, 8 * (phase & 3)) : BitOperations.RotateLeft(key, 8 * (phase & 3));
        var wide = MemoryMarshal.Cast<byte, Vector<byte>>(payload);
        if (wide.Length > 0)
        {
            var mask = Vector.AsVectorByte(new Vector<uint>(turned));
            ref var at = ref MemoryMarshal.GetReference(wide);
            for (var i = 0; i < wide.Length; i++) Unsafe.Add(ref at, i) ^= mask;
            payload = payload[(wide.Length * Vector<byte>.Count)..];
        }

        var words = MemoryMarshal.Cast<byte, uint>(payload);
        for (var i = 0; i < words.Length; i++) words[i] ^= turned;
        payload = payload[(words.Length * sizeof(uint))..];
        if (payload.Length == 0) return;
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        MemoryMarshal.Write(bytes, in turned);
        for (var i = 0; i < payload.Length; i++) payload[i] ^= bytes[i];
    }

    /// <summary>A key that the peer's other end cannot foresee.</summary>
    public static uint NewKey()
    {
        var block = keys ??= new KeyBlock();
        if (block.Left == 0)
        {
            RandomNumberGenerator.Fill(block.Bytes);
            block.Left = KeysAtOnce;
        }

        return BinaryPrimitives.ReadUInt32LittleEndian(block.Bytes.AsSpan(--block.Left * sizeof(uint)));
    }

    private sealed class KeyBlock
    {
        public readonly byte[] Bytes = new byte[KeysAtOnce * sizeof(uint)];
        public int Left;
    }
}

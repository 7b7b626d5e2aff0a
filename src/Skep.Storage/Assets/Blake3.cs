using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Skep.Storage.Assets;

/// <summary>BLAKE3 (https://github.com/BLAKE3-team/BLAKE3-specs), the hash without a key, fed piece by piece: .NET does not have it, and wrangler names
/// static assets by it. A tree of 1 KiB chunks, of which only the right edge is kept.</summary>
internal sealed class Blake3
{
    /// <summary>Bytes of a hash.</summary>
    public const int HashBytes = 32;

    private const int BlockBytes = 64;
    private const int ChunkBytes = 1024;
    private const int Words = 8;
    // Chunks are counted with 64 bits, so that a tree has no more levels than this.
    private const int MostLevels = 54;

    private const uint ChunkStart = 1;
    private const uint ChunkEnd = 2;
    private const uint Parent = 4;
    private const uint Root = 8;

    private static readonly uint[] Start =
    [
        0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19,
    ];

    // Which word of the message each step of each of the seven rounds takes.
    private static readonly byte[] Schedule = MakeSchedule();

    private readonly uint[] _stack = new uint[(MostLevels + 1) * Words];
    private readonly uint[] _chaining = [.. Start];
    private readonly byte[] _block = new byte[BlockBytes];
    private int _depth;
    private int _blockLength;
    private int _blocks;
    private ulong _chunk;

    /// <summary>Takes more of the input.</summary>
    public void Append(ReadOnlySpan<byte> input)
    {
        while (!input.IsEmpty)
        {
            // A full block is held back until more follows: the last one of a chunk, and of all, is compressed otherwise.
            if (_blockLength == BlockBytes) CompressBlock();
            var count = Math.Min(BlockBytes - _blockLength, input.Length);
            input[..count].CopyTo(_block.AsSpan(_blockLength));
            _blockLength += count;
            input = input[count..];
        }
    }

    /// <summary>The hash of everything; nothing may be appended afterwards.</summary>
    public void Finish(Span<byte> hash)
    {
        _block.AsSpan(_blockLength).Clear();
        Span<uint> chaining = stackalloc uint[Words];
        Span<uint> message = stackalloc uint[2 * Words];
        _chaining.CopyTo(chaining);
        Load(_block, message);
        var (length, flags, counter) = ((uint)_blockLength, (_blocks == 0 ? ChunkStart : 0) | ChunkEnd, _chunk);
        while (_depth > 0)
        {
            Compress(chaining, message, counter, length, flags);
            chaining.CopyTo(message[Words..]);
            _stack.AsSpan(--_depth * Words, Words).CopyTo(message);
            Start.CopyTo(chaining);
            (length, flags, counter) = (BlockBytes, Parent, 0);
        }

        Compress(chaining, message, 0, length, flags | Root);
        for (var i = 0; i < Words; i++) BinaryPrimitives.WriteUInt32LittleEndian(hash[(4 * i)..], chaining[i]);
    }

    private void CompressBlock()
    {
        Span<uint> message = stackalloc uint[2 * Words];
        Load(_block, message);
        var last = _blocks == (ChunkBytes / BlockBytes) - 1;
        Compress(_chaining, message, _chunk, BlockBytes, (_blocks == 0 ? ChunkStart : 0) | (last ? ChunkEnd : 0));
        _blockLength = 0;
        _blocks++;
        if (last) EndChunk(message);
    }

    // Merges every pair of subtrees that is complete: one for each trailing zero of the count of chunks.
    private void EndChunk(Span<uint> message)
    {
        _chunk++;
        for (var count = _chunk; (count & 1) == 0; count >>= 1)
        {
            _chaining.CopyTo(message[Words..]);
            _stack.AsSpan(--_depth * Words, Words).CopyTo(message);
            Start.CopyTo(_chaining, 0);
            Compress(_chaining, message, 0, BlockBytes, Parent);
        }

        _chaining.CopyTo(_stack.AsSpan(_depth++ * Words));
        Start.CopyTo(_chaining, 0);
        _blocks = 0;
    }

    private static void Load(ReadOnlySpan<byte> block, Span<uint> message)
    {
        for (var i = 0; i < message.Length; i++) message[i] = BinaryPrimitives.ReadUInt32LittleEndian(block[(4 * i)..]);
    }

    private static void Compress(Span<uint> chaining, ReadOnlySpan<uint> message, ulong counter, uint length, uint flags)
    {
        Span<uint> v =
        [
            chaining[0], chaining[1], chaining[2], chaining[3], chaining[4], chaining[5], chaining[6], chaining[7],
            Start[0], Start[1], Start[2], Start[3], (uint)counter, (uint)(counter >> 32), length, flags,
        ];
        for (var at = 0; at < Schedule.Length; at += 16)
        {
            var order = Schedule.AsSpan(at, 16);
            Mix(v, 0, 4, 8, 12, message[order[0]], message[order[1]]);
            Mix(v, 1, 5, 9, 13, message[order[2]], message[order[3]]);
            Mix(v, 2, 6, 10, 14, message[order[4]], message[order[5]]);
            Mix(v, 3, 7, 11, 15, message[order[6]], message[order[7]]);
            Mix(v, 0, 5, 10, 15, message[order[8]], message[order[9]]);
            Mix(v, 1, 6, 11, 12, message[order[10]], message[order[11]]);
            Mix(v, 2, 7, 8, 13, message[order[12]], message[order[13]]);
            Mix(v, 3, 4, 9, 14, message[order[14]], message[order[15]]);
        }

        for (var i = 0; i < Words; i++) chaining[i] = v[i] ^ v[i + Words];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix(Span<uint> v, int a, int b, int c, int d, uint x, uint y)
    {
        v[a] += v[b] + x;
        v[d] = BitOperations.RotateRight(v[d] ^ v[a], 16);
        v[c] += v[d];
        v[b] = BitOperations.RotateRight(v[b] ^ v[c], 12);
        v[a] += v[b] + y;
        v[d] = BitOperations.RotateRight(v[d] ^ v[a], 8);
        v[c] += v[d];
        v[b] = BitOperations.RotateRight(v[b] ^ v[c], 7);
    }

    private static byte[] MakeSchedule()
    {
        const int Rounds = 7;
        byte[] permutation = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8];
        var schedule = new byte[Rounds * 16];
        for (var i = 0; i < 16; i++) schedule[i] = (byte)i;
        for (var i = 16; i < schedule.Length; i++) schedule[i] = schedule[i - 16 - (i % 16) + permutation[i % 16]];
        return schedule;
    }
}

using System.Buffers;
using System.Runtime.InteropServices;

namespace Skep.Edge.Transport;

/// <summary>A block of bytes in a chain: of what was received, or of what is to be sent.</summary>
internal sealed class Segment : ReadOnlySequenceSegment<byte>
{
    /// <summary>Bytes of a segment from the pool: a request with its response, or a piece of a larger body.</summary>
    public const int PooledSize = 16 << 10;

    private readonly byte[] _bytes;

    private Segment(byte[] bytes) => _bytes = bytes;

    /// <summary>How many bytes it holds.</summary>
    public int End { get; private set; }

    /// <summary>How many of them have been sent.</summary>
    public int Start { get; set; }

    public int Room => _bytes.Length - End;

    public Memory<byte> Free => _bytes.AsMemory(End);

    public Span<byte> FreeSpan => _bytes.AsSpan(End);

    public Span<byte> Unsent => _bytes.AsSpan(Start, End - Start);

    /// <summary>Keeps the bytes that have not been sent where they are until the handle is disposed of.</summary>
    public MemoryHandle PinUnsent() =>
        (_bytes.Length == PooledSize ? MemoryMarshal.CreateFromPinnedArray(_bytes, Start, End - Start) : _bytes.AsMemory(Start, End - Start)).Pin();

    public Segment? Following => (Segment?)Next;

    /// <summary>An empty one with room for at least <paramref name="atLeast"/> bytes.</summary>
    public static Segment Rent(int atLeast = 0)
    {
        if (atLeast > PooledSize)
            return new Segment(ArrayPool<byte>.Shared.Rent(atLeast));
        return SegmentPool.TryTake(out Segment? pooled) ? pooled : new Segment(GC.AllocateUninitializedArray<byte>(PooledSize, pinned: true));
    }

    /// <summary>Gives it back; the next in its chain is the caller's.</summary>
    public void Return()
    {
        if (_bytes.Length != PooledSize)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            return;
        }

        End = Start = 0;
        Next = null;
        Memory = default;
        RunningIndex = 0;
        SegmentPool.Put(this);
    }

    /// <summary>So many bytes were put behind those it holds.</summary>
    public void Fill(int count)
    {
        if ((uint)count > (uint)Room)
            throw new ArgumentOutOfRangeException(nameof(count));
        End += count;
        Memory = _bytes.AsMemory(0, End);
    }

    public Segment Append(Segment next)
    {
        next.RunningIndex = RunningIndex + End;
        Next = next;
        return next;
    }
}

using System.Buffers;

namespace Skep.Runtime.WebSockets;

/// <summary>Puts together a message that does not come in one piece. It grows with the bytes that have arrived, never with what
/// a frame's head promises.</summary>
internal sealed class MessageAssembler(MemoryBudget budget)
{
    private const int FirstSize = 4 << 10;

    private byte[] array = [];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Content => array.AsSpan(0, Length);

    /// <summary>Room for some of the <paramref name="expected"/> bytes that follow, or all of them.</summary>
    /// <exception cref="WebSocketProtocolException">There is no memory left for it.</exception>
    public Memory<byte> Room(long expected)
    {
        if (array.Length == Length) Grow((int)Math.Min(expected, Math.Max(FirstSize, Length)));
        return array.AsMemory(Length, (int)Math.Min(expected, array.Length - Length));
    }

    public void Advance(int count) => Length += count;

    /// <summary>Adds a copy of the bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > array.Length - Length) Grow(Math.Max(bytes.Length, Length));
        bytes.CopyTo(array.AsSpan(Length));
        Length += bytes.Length;
    }

    /// <summary>Hands the array over, with what the budget was charged for it.</summary>
    public byte[] Take(out int length)
    {
        length = Length;
        var taken = array;
        array = [];
        Length = 0;
        return taken;
    }

    /// <summary>Forgets the content and gives its memory back.</summary>
    public void Clear()
    {
        if (array.Length > 0) Free(array);
        array = [];
        Length = 0;
    }

    private void Grow(int by)
    {
        var larger = ArrayPool<byte>.Shared.Rent(checked(Length + by));
        if (!budget.TryTake(larger.Length))
        {
            ArrayPool<byte>.Shared.Return(larger);
            throw new WebSocketProtocolException(CloseCode.TooBig, "The WebSockets of this worker hold too much memory for messages that are not complete.");
        }

        Content.CopyTo(larger);
        if (array.Length > 0) Free(array);
        array = larger;
    }

    private void Free(byte[] unused)
    {
        budget.Give(unused.Length);
        ArrayPool<byte>.Shared.Return(unused);
    }
}

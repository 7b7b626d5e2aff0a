using System.Buffers;

namespace Skep.Runtime.WebSockets;

/// <summary>The bytes of one read and the messages found in them. A connection has one only while there is something to read.</summary>
internal sealed class InboundBatch
{
    private const int BufferSize = 16 << 10;

    [ThreadStatic]
    private static InboundBatch? spare;

    private readonly List<InboundMessage> messages = [];
    private byte[] buffer = [];
    private int start;
    private int end;

    /// <summary>The messages, in their order.</summary>
    public List<InboundMessage> Messages => messages;

    /// <summary>The last ping's payload, to be answered; -1 for its length when there was none.</summary>
    public (int Offset, int Length) Ping { get; set; } = (0, -1);

    public ReadOnlySpan<byte> PingPayload => buffer.AsSpan(Ping.Offset, Ping.Length);

    /// <summary>Bytes that were not decoded yet.</summary>
    public Span<byte> Unread => buffer.AsSpan(start, end - start);

    /// <summary>Where the next bytes go.</summary>
    public Memory<byte> Room => buffer.AsMemory(end);

    /// <summary>An empty batch that begins with <paramref name="carried"/>.</summary>
    public static InboundBatch Rent(ReadOnlySpan<byte> carried)
    {
        var batch = spare ?? new InboundBatch();
        spare = null;
        batch.buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        carried.CopyTo(batch.buffer);
        batch.end = carried.Length;
        return batch;
    }

    /// <summary>So many bytes were read into <see cref="Room"/>.</summary>
    public void Filled(int count) => end += count;

    /// <summary>So many bytes of <see cref="Unread"/> are done with.</summary>
    public void Skip(int count) => start += count;

    /// <summary>The next bytes of <see cref="Unread"/> are a message.</summary>
    public void AddInPlace(Opcode code, int length)
    {
        messages.Add(new InboundMessage(code, buffer, start, length, 0, IsOwn: false));
        start += length;
    }

    public void Add(in InboundMessage message) => messages.Add(message);

    /// <summary>The next bytes of <see cref="Unread"/> are a close frame's reason.</summary>
    public void AddClose(int status, int reasonLength)
    {
        messages.Add(new InboundMessage(Opcode.Close, buffer, start, reasonLength, status, IsOwn: false));
        start += reasonLength;
    }

    /// <summary>The next bytes of <see cref="Unread"/> are a ping's.</summary>
    public void AddPing(int length)
    {
        Ping = (start, length);
        start += length;
    }

    /// <summary>Gives everything back.</summary>
    public void Return(MemoryBudget budget)
    {
        foreach (var message in messages) message.Release(budget);
        messages.Clear();
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        start = end = 0;
        Ping = (0, -1);
        spare = this;
    }
}

using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Skep.Runtime.WebSockets;

/// <summary>The outgoing half of a connection. Frames gather in one buffer until <see cref="Flush"/>, and while an earlier write
/// is under way; then they go out in one write. Nothing is held while there is nothing to send.</summary>
/// <param name="masks">This side is the client.</param>
/// <param name="mayCompress">Compression was agreed on.</param>
/// <param name="budget">Where unsent bytes are charged.</param>
/// <param name="onIdle">Called when everything was written, or nothing more can be.</param>
internal sealed class FrameWriter(bool masks, bool mayCompress, MemoryBudget budget, Action onIdle)
{
    /// <summary>A socket whose peer has so many bytes still to take gets no more.</summary>
    public const int MaxUnsent = 16 << 20;

    private const int FirstSize = 1 << 10;
    private const int MaxPong = 125;

    private readonly Lock gate = new();
    private Stream? stream;
    private byte[]? buffer;
    private int count;
    private int inFlight;
    private int payload;
    private int payloadInFlight;
    private bool writing;
    private byte[]? pong;
    private bool hasClosed;
    // Where what is held back begins, and how much of messages is before it, in bytes since the first; nothing is when it is negative.
    private (long At, long Payload) held = (-1, 0);
    private Queue<(long At, long Payload)>? furtherHeld;
    private (long Bytes, long Payload) added;

    /// <summary>Bytes of messages that the transport has not taken yet.</summary>
    public int Unsent => Volatile.Read(ref payload) + Volatile.Read(ref payloadInFlight);

    /// <summary>Nothing more can be sent: the connection is broken or was given up.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>The close frame was added: nothing can follow it.</summary>
    public bool HasClosed => Volatile.Read(ref hasClosed);

    /// <summary>Nothing waits to be written.</summary>
    public bool IsIdle
    {
        get
        {
            lock (gate) return !writing && count == 0;
        }
    }

    /// <summary>The connection is there: what has gathered can go with the next flush.</summary>
    public void Attach(Stream connection)
    {
        lock (gate) stream = connection;
    }

    /// <summary>Adds a message. False when the peer has too much to take already.</summary>
    public bool TrySend<TPayload>(Opcode code, scoped TPayload payload)
        where TPayload : IFramePayload, allows ref struct
    {
        if (IsBroken || hasClosed) return true;
        var length = payload.Length;
        if (mayCompress && length >= MessageDeflater.MinBytes) return TrySendCompressed(code, payload);
        lock (gate)
        {
            if (IsBroken || hasClosed) return true;
            if (!TryBegin(new FrameHeader(code, Final: true, Compressed: false, masks, length, masks ? Masking.NewKey() : 0), out var body, out var key)) return false;
            payload.CopyTo(body);
            if (masks) Masking.Apply(body, key);
        }

        return true;
    }

    /// <summary>Adds a close frame; <see cref="CloseCode.NoStatus"/> makes it an empty one. There is only one: a second is ignored.</summary>
    public void SendClose(int status, string reason)
    {
        Span<byte> content = stackalloc byte[2 + CloseCode.MaxReasonBytes];
        var length = 0;
        if (status != CloseCode.NoStatus)
        {
            BinaryPrimitives.WriteUInt16BigEndian(content, (ushort)status);
            // What does not fit is cut where a character ends.
            Encoding.UTF8.GetEncoder().Convert(reason, content[2..], flush: true, out _, out var written, out _);
            length = 2 + written;
        }

        SendControl(Opcode.Close, content[..length]);
    }

    /// <summary>Answers a ping; while an earlier write is under way only the last one (RFC 6455, section 5.5.3), so that a peer
    /// that pings and does not read costs nothing.</summary>
    public void SendPong(ReadOnlySpan<byte> payload)
    {
        lock (gate)
        {
            if (writing)
            {
                pong = payload.ToArray();
                return;
            }
        }

        SendControl(Opcode.Pong, payload);
    }

    /// <summary>What is added from now on stays here until <see cref="Release"/> was called once for each call of this so far.</summary>
    public void Hold()
    {
        lock (gate)
        {
            if (held.At < 0) held = added;
            else (furtherHeld ??= new()).Enqueue(added);
        }
    }

    /// <summary>Sends what the first of the calls of <see cref="Hold"/> that are left has kept, up to the next.</summary>
    public void Release()
    {
        lock (gate)
        {
            if (furtherHeld is null || !furtherHeld.TryDequeue(out held)) (held, furtherHeld) = ((-1, 0), null);
        }

        Flush();
    }

    /// <summary>Sends what has gathered.</summary>
    public void Flush()
    {
        while (TryTake(out var sending, out var length))
        {
            var write = Write(sending, length);
            if (!write.IsCompletedSuccessfully)
            {
                _ = ContinueAsync(write, sending, length);
                return;
            }

            write.GetAwaiter().GetResult();
            if (!Written(sending, length)) return;
        }
    }

    /// <summary>Gives up: nothing is sent any more.</summary>
    public void Break()
    {
        lock (gate)
        {
            IsBroken = true;
            if (buffer is null) return;
            ArrayPool<byte>.Shared.Return(buffer);
            budget.Give(count);
            buffer = null;
            count = 0;
        }
    }

    private bool TrySendCompressed<TPayload>(Opcode code, scoped TPayload payload)
        where TPayload : IFramePayload, allows ref struct
    {
        var plain = ArrayPool<byte>.Shared.Rent(payload.Length);
        var message = plain.AsSpan(0, payload.Length);
        payload.CopyTo(message);
        var deflated = MessageDeflater.TryDeflate(message, out var length);
        if (deflated is not null) message = deflated.AsSpan(0, length);
        var sent = TrySendFrame(code, message, deflated is not null);
        ArrayPool<byte>.Shared.Return(plain);
        if (deflated is not null) ArrayPool<byte>.Shared.Return(deflated);
        return sent;
    }

    private void SendControl(Opcode code, ReadOnlySpan<byte> payload) => TrySendFrame(code, payload, compressed: false);

    /// <summary>False when there is no place for it; true also when it is dropped, as nothing can be sent any more.</summary>
    private bool TrySendFrame(Opcode code, ReadOnlySpan<byte> payload, bool compressed)
    {
        lock (gate)
        {
            if (IsBroken || hasClosed) return true;
            hasClosed = code == Opcode.Close;
            if (!TryBegin(new FrameHeader(code, Final: true, compressed, masks, payload.Length, masks ? Masking.NewKey() : 0), out var body, out var key)) return false;
            payload.CopyTo(body);
            if (masks) Masking.Apply(body, key);
        }

        return true;
    }

    /// <summary>Writes the head and reserves the body. Under the gate.</summary>
    private bool TryBegin(in FrameHeader header, out Span<byte> body, out uint key)
    {
        var size = FrameHeader.SizeFor(header.Length, masks) + header.Length;
        body = default;
        key = header.Key;
        // A control frame is small and always has its place.
        if (header.IsControl) budget.Take(size);
        else if (count + inFlight > MaxUnsent || !budget.TryTake(size)) return false;
        Reserve((int)size);
        var used = header.Write(buffer.AsSpan(count));
        body = buffer.AsSpan(count + used, (int)header.Length);
        count += (int)size;
        var content = header.IsControl ? 0 : header.Length;
        payload += (int)content;
        added = (added.Bytes + size, added.Payload + content);
        return true;
    }

    private void Reserve(int size)
    {
        if (buffer is not null && buffer.Length - count >= size) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(count + size), buffer is null ? FirstSize : buffer.Length * 2L > int.MaxValue ? 0 : buffer.Length * 2));
        if (buffer is not null)
        {
            buffer.AsSpan(0, count).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
        }

        buffer = larger;
    }

    private bool TryTake(out byte[] sending, out int length)
    {
        lock (gate)
        {
            sending = [];
            length = 0;
            if (writing || stream is null || buffer is null || IsBroken) return false;
            var (goes, goesPayload) = (count, payload);
            if (held.At >= 0)
            {
                (goes, goesPayload) = ((int)(held.At - (added.Bytes - count)), (int)(held.Payload - (added.Payload - payload)));
                if (goes <= 0) return false;
            }

            Take(goes, goesPayload, out sending, out length);
            writing = true;
            return true;
        }
    }

    /// <summary>Under the gate.</summary>
    private void Take(int goes, int goesPayload, out byte[] sending, out int length)
    {
        sending = buffer!;
        length = inFlight = goes;
        payloadInFlight = goesPayload;
        buffer = null;
        (count, payload) = (count - goes, payload - goesPayload);
        if (count == 0) return;
        buffer = ArrayPool<byte>.Shared.Rent(Math.Max(count, FirstSize));
        sending.AsSpan(goes, count).CopyTo(buffer);
    }

    private ValueTask Write(byte[] sending, int length)
    {
        try
        {
            return stream!.WriteAsync(sending.AsMemory(0, length));
        }
        catch (Exception exception) when (IsLoss(exception))
        {
            return ValueTask.FromException(exception);
        }
    }

    private async Task ContinueAsync(ValueTask write, byte[] sending, int length)
    {
        for (;;)
        {
            try
            {
                await write.ConfigureAwait(false);
            }
            catch (Exception exception) when (IsLoss(exception))
            {
                Break();
            }

            if (!Written(sending, length)) return;
            if (!TryTake(out sending, out length)) return;
            write = Write(sending, length);
        }
    }

    /// <summary>A write is over. True when there is more to send.</summary>
    private bool Written(byte[] sending, int length)
    {
        ArrayPool<byte>.Shared.Return(sending);
        budget.Give(length);
        byte[]? late;
        lock (gate)
        {
            writing = false;
            inFlight = payloadInFlight = 0;
            late = pong;
            pong = null;
        }

        if (late is not null) SendControl(Opcode.Pong, late.AsSpan(0, Math.Min(late.Length, MaxPong)));
        bool more;
        lock (gate) more = buffer is not null && !IsBroken;
        if (!more) onIdle();
        return more;
    }

    private static bool IsLoss(Exception exception) =>
        exception is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException or NotSupportedException;
}

using System.Buffers.Binary;
using System.Text.Unicode;

namespace Skep.Runtime.WebSockets;

/// <summary>Takes a connection's bytes apart: frames into messages (https://www.rfc-editor.org/rfc/rfc6455#section-5). A message
/// in one uncompressed frame that arrived whole stays where it was read.</summary>
/// <param name="masked">The peer is a client: it has to mask.</param>
/// <param name="maxMessage">The most bytes a message may have.</param>
/// <param name="inflater">Decompresses, when compression was agreed on.</param>
/// <param name="budget">Where memory is charged.</param>
internal sealed class FrameDecoder(bool masked, int maxMessage, MessageInflater? inflater, MemoryBudget budget)
{
    private MessageAssembler? assembler;
    // Continuation: no message has begun.
    private Opcode message;
    private bool compressed;
    private bool final;
    private long remaining;
    private uint key;
    private int phase;

    /// <summary>The peer's close frame was there: what follows it is ignored.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>In the middle of a frame's payload: bytes can be read straight into <see cref="PayloadRoom"/>.</summary>
    public bool AwaitsPayload => remaining > 0;

    private MessageAssembler Assembler => assembler ??= new MessageAssembler(budget);

    /// <summary>Decodes what the batch has; bytes of a head or control frame that is not complete stay unread.</summary>
    /// <exception cref="WebSocketProtocolException">The peer must be told and left.</exception>
    public void Decode(InboundBatch batch)
    {
        while (!IsClosed)
        {
            if (remaining > 0)
            {
                if (batch.Unread.Length == 0) return;
                TakePayload(batch);
                continue;
            }

            var unread = batch.Unread;
            var used = FrameHeader.TryRead(unread, out var header);
            if (used == 0) return;
            Check(in header);
            if (header.IsControl)
            {
                if (unread.Length - used < header.Length) return;
                batch.Skip(used);
                DecodeControl(batch, in header);
            }
            else if (header is { Final: true, Compressed: false } && message == Opcode.Continuation && unread.Length - used >= header.Length)
            {
                batch.Skip(used);
                var payload = unread.Slice(used, (int)header.Length);
                if (masked) Masking.Apply(payload, header.Key);
                CheckText(header.Code, payload);
                batch.AddInPlace(header.Code, payload.Length);
            }
            else
            {
                batch.Skip(used);
                BeginFrame(batch, in header);
            }
        }
    }

    /// <summary>Room for the payload that is awaited.</summary>
    public Memory<byte> PayloadRoom() => Assembler.Room(remaining);

    /// <summary>So many bytes were read into <see cref="PayloadRoom"/>.</summary>
    public void PayloadFilled(InboundBatch batch, Span<byte> bytes)
    {
        if (masked) Masking.Apply(bytes, key, phase);
        Assembler.Advance(bytes.Length);
        Advance(batch, bytes.Length);
    }

    /// <summary>Frees what a message that never became whole holds.</summary>
    public void Clear()
    {
        assembler?.Clear();
        inflater?.Dispose();
    }

    private void Check(in FrameHeader header)
    {
        if (header.Masked != masked) throw WebSocketProtocolException.Malformed(masked ? "a client's frame is not masked." : "a server's frame is masked.");
        if (header.Compressed && (inflater is null || header.IsControl || header.Code == Opcode.Continuation))
        {
            throw WebSocketProtocolException.Malformed("reserved bits are set.");
        }

        if (header.IsControl) return;
        if (header.Code == Opcode.Continuation != (message != Opcode.Continuation))
        {
            throw WebSocketProtocolException.Malformed(message == Opcode.Continuation ? "nothing to continue." : "a message begins within another.");
        }

        if (header.Length > maxMessage - (assembler?.Length ?? 0)) throw TooBig(maxMessage);
    }

    private void BeginFrame(InboundBatch batch, in FrameHeader header)
    {
        if (message == Opcode.Continuation)
        {
            message = header.Code;
            compressed = header.Compressed;
        }

        final = header.Final;
        key = header.Key;
        phase = 0;
        remaining = header.Length;
        if (remaining == 0) EndFrame(batch);
    }

    private void TakePayload(InboundBatch batch)
    {
        var part = batch.Unread[..(int)Math.Min(remaining, batch.Unread.Length)];
        if (masked) Masking.Apply(part, key, phase);
        Assembler.Append(part);
        batch.Skip(part.Length);
        Advance(batch, part.Length);
    }

    private void Advance(InboundBatch batch, int count)
    {
        phase = (phase + count) & 3;
        remaining -= count;
        if (remaining == 0) EndFrame(batch);
    }

    private void EndFrame(InboundBatch batch)
    {
        if (!final) return;
        var code = message;
        message = Opcode.Continuation;
        if (compressed)
        {
            var inflated = inflater!.Inflate(Assembler.Content, maxMessage, budget);
            Assembler.Clear();
            assembler = inflated;
        }

        CheckText(code, Assembler.Content);
        var memory = Assembler.Take(out var length);
        batch.Add(new InboundMessage(code, memory, 0, length, 0, IsOwn: memory.Length > 0));
    }

    private void DecodeControl(InboundBatch batch, in FrameHeader header)
    {
        var payload = batch.Unread[..(int)header.Length];
        if (masked) Masking.Apply(payload, header.Key);
        switch (header.Code)
        {
            case Opcode.Ping:
                batch.AddPing(payload.Length);
                break;
            case Opcode.Pong:
                batch.Skip(payload.Length);
                break;
            default:
                DecodeClose(batch, payload);
                break;
        }
    }

    private void DecodeClose(InboundBatch batch, ReadOnlySpan<byte> payload)
    {
        IsClosed = true;
        if (payload.Length == 0)
        {
            batch.AddClose(CloseCode.NoStatus, 0);
            return;
        }

        if (payload.Length == 1) throw WebSocketProtocolException.Malformed("a close frame has one byte.");
        int status = BinaryPrimitives.ReadUInt16BigEndian(payload);
        if (!CloseCode.IsValidOnWire(status)) throw WebSocketProtocolException.Malformed($"the close code {status} may not be sent.");
        CheckText(Opcode.Text, payload[2..]);
        batch.Skip(2);
        batch.AddClose(status, payload.Length - 2);
    }

    private static void CheckText(Opcode code, ReadOnlySpan<byte> payload)
    {
        if (code == Opcode.Text && !Utf8.IsValid(payload)) throw new WebSocketProtocolException(CloseCode.InvalidPayload, "WebSocket protocol error: a text is not valid UTF-8.");
    }

    /// <summary>A message has more than <paramref name="limit"/> bytes.</summary>
    public static WebSocketProtocolException TooBig(int limit) => new(CloseCode.TooBig, $"WebSocket message is too large: more than {limit} bytes.");
}

using System.Text;
using Skep.Runtime.WebSockets;

namespace Skep.Runtime.Tests.WebSockets;

/// <summary>Frames as a client would send them, and what a decoder makes of bytes.</summary>
internal static class Frames
{
    public const uint Key = 0x5ac3_17e9;

    /// <summary>A masked frame.</summary>
    public static byte[] Masked(Opcode code, ReadOnlySpan<byte> payload, bool final = true, bool compressed = false) =>
        Build(new FrameHeader(code, final, compressed, Masked: true, payload.Length, Key), payload);

    public static byte[] Masked(Opcode code, string text, bool final = true) => Masked(code, Encoding.UTF8.GetBytes(text), final);

    /// <summary>A frame as a server would send it.</summary>
    public static byte[] Plain(Opcode code, ReadOnlySpan<byte> payload) =>
        Build(new FrameHeader(code, Final: true, Compressed: false, Masked: false, payload.Length, 0), payload);

    public static byte[] Join(params byte[][] frames) => frames.SelectMany(static frame => frame).ToArray();

    /// <summary>Feeds the bytes in pieces, as a connection does, and describes what came of them: <c>Text hello</c>, <c>Ping 3</c>,
    /// <c>Close 1000 bye</c>, <c>! 1002</c>.</summary>
    public static List<string> Decode(byte[] bytes, int pieceSize = int.MaxValue, int maxMessage = 1 << 20, bool compression = false, MemoryBudget? budget = null)
    {
        budget ??= new MemoryBudget(long.MaxValue);
        FrameDecoder decoder = new(masked: true, maxMessage, compression ? new MessageInflater(keepsContext: false) : null, budget);
        List<string> seen = [];
        byte[] carried = [];
        for (var at = 0; at < bytes.Length && !decoder.IsClosed;)
        {
            var batch = InboundBatch.Rent(carried);
            carried = [];
            string? failure = null;
            try
            {
                at += Feed(decoder, batch, bytes.AsSpan(at), pieceSize);
            }
            catch (WebSocketProtocolException exception)
            {
                failure = $"! {exception.Code}";
            }

            if (!decoder.IsClosed) carried = batch.Unread.ToArray();
            if (batch.Ping.Length >= 0) seen.Add($"Ping {batch.Ping.Length}");
            foreach (var message in batch.Messages) seen.Add(Describe(message));
            batch.Return(budget);
            if (failure is null) continue;
            seen.Add(failure);
            break;
        }

        decoder.Clear();
        return seen;
    }

    private static int Feed(FrameDecoder decoder, InboundBatch batch, ReadOnlySpan<byte> bytes, int pieceSize)
    {
        var room = decoder.AwaitsPayload ? decoder.PayloadRoom().Span : batch.Room.Span;
        var piece = bytes[..Math.Min(Math.Min(pieceSize, room.Length), bytes.Length)];
        piece.CopyTo(room);
        if (decoder.AwaitsPayload)
        {
            decoder.PayloadFilled(batch, room[..piece.Length]);
            return piece.Length;
        }

        batch.Filled(piece.Length);
        decoder.Decode(batch);
        return piece.Length;
    }

    private static string Describe(InboundMessage message) => message.Code switch
    {
        Opcode.Close => $"Close {message.Status} {Encoding.UTF8.GetString(message.Payload)}".TrimEnd(),
        Opcode.Text => $"Text {Encoding.UTF8.GetString(message.Payload)}",
        _ => $"Binary {Convert.ToHexStringLower(message.Payload)}",
    };

    private static byte[] Build(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        var bytes = new byte[FrameHeader.SizeFor(payload.Length, header.Masked) + payload.Length];
        var used = header.Write(bytes);
        payload.CopyTo(bytes.AsSpan(used));
        if (header.Masked) Masking.Apply(bytes.AsSpan(used), header.Key);
        return bytes;
    }
}

using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Skep.Runtime.WebSockets;

/// <summary>The head of a frame: https://www.rfc-editor.org/rfc/rfc6455#section-5.2.</summary>
/// <param name="Code">What it carries.</param>
/// <param name="Final">The last frame of its message.</param>
/// <param name="Compressed">RSV1: the message is compressed (RFC 7692).</param>
/// <param name="Masked">The payload is masked with <paramref name="Key"/>.</param>
/// <param name="Length">The payload's length in bytes.</param>
/// <param name="Key">The mask, its bytes in the order of the wire.</param>
internal readonly record struct FrameHeader(Opcode Code, bool Final, bool Compressed, bool Masked, long Length, uint Key)
{
    /// <summary>No head is longer.</summary>
    public const int MaxBytes = 14;

    private const int MaxControlPayload = 125;
    private const int FinalBit = 0x80;
    private const int CompressedBit = 0x40;
    private const int ReservedBits = 0x30;
    private const int MaskBit = 0x80;
    private const int Length16 = 126;
    private const int Length64 = 127;

    public bool IsControl => Code >= Opcode.Close;

    /// <summary>Reads a head. Returns its length, or 0 when not all of it is there.</summary>
    /// <exception cref="WebSocketProtocolException">It is malformed.</exception>
    public static int TryRead(ReadOnlySpan<byte> source, out FrameHeader header)
    {
        header = default;
        if (source.Length < 2) return 0;
        int first = source[0], second = source[1];
        var code = (Opcode)(first & 0xf);
        if ((first & ReservedBits) != 0) throw WebSocketProtocolException.Malformed("reserved bits are set.");
        if (code is not (Opcode.Continuation or Opcode.Text or Opcode.Binary or Opcode.Close or Opcode.Ping or Opcode.Pong))
        {
            throw WebSocketProtocolException.Malformed($"unknown opcode {(int)code}.");
        }

        var final = (first & FinalBit) != 0;
        var compressed = (first & CompressedBit) != 0;
        var masked = (second & MaskBit) != 0;
        long length = second & 0x7f;
        if (code >= Opcode.Close)
        {
            if (!final) throw WebSocketProtocolException.Malformed("a control frame is fragmented.");
            if (length > MaxControlPayload) throw WebSocketProtocolException.Malformed("a control frame has more than 125 bytes.");
        }

        var used = 2;
        if (length == Length16)
        {
            if (source.Length < 4) return 0;
            length = BinaryPrimitives.ReadUInt16BigEndian(source[2..]);
            if (length < Length16) throw WebSocketProtocolException.Malformed("a length is not in its shortest form.");
            used = 4;
        }
        else if (length == Length64)
        {
            if (source.Length < 10) return 0;
            length = BinaryPrimitives.ReadInt64BigEndian(source[2..]);
            if (length is >= 0 and <= ushort.MaxValue) throw WebSocketProtocolException.Malformed("a length is not in its shortest form.");
            if (length < 0) throw WebSocketProtocolException.Malformed("a length has its highest bit set.");
            used = 10;
        }

        uint key = 0;
        if (masked)
        {
            if (source.Length < used + 4) return 0;
            key = MemoryMarshal.Read<uint>(source[used..]);
            used += 4;
        }

        header = new FrameHeader(code, final, compressed, masked, length, key);
        return used;
    }

    /// <summary>How long the head is.</summary>
    public static int SizeFor(long payload, bool masked) => (payload < Length16 ? 2 : payload <= ushort.MaxValue ? 4 : 10) + (masked ? 4 : 0);

    /// <summary>Writes the head of a whole message or a control frame; returns its length.</summary>
    public int Write(Span<byte> target)
    {
        target[0] = (byte)((Final ? FinalBit : 0) | (Compressed ? CompressedBit : 0) | (int)Code);
        var mask = Masked ? MaskBit : 0;
        int used;
        if (Length < Length16)
        {
            target[1] = (byte)(mask | (int)Length);
            used = 2;
        }
        else if (Length <= ushort.MaxValue)
        {
            target[1] = (byte)(mask | Length16);
            BinaryPrimitives.WriteUInt16BigEndian(target[2..], (ushort)Length);
            used = 4;
        }
        else
        {
            target[1] = (byte)(mask | Length64);
            BinaryPrimitives.WriteInt64BigEndian(target[2..], Length);
            used = 10;
        }

        if (!Masked) return used;
        var key = Key;
        MemoryMarshal.Write(target[used..], in key);
        return used + 4;
    }
}

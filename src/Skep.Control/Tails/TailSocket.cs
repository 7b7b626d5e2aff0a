using System.Buffers.Binary;
using System.Net.WebSockets;

namespace Skep.Control.Tails;

/// <summary>The server's end of a tail's WebSocket (RFC 6455), without extensions. Unlike any other it takes frames that are not
/// masked: wrangler sends its first one so.</summary>
internal sealed class TailSocket(Stream connection) : IDisposable
{
    // What clients send is a line of JSON and pings.
    private const int MostReceived = 64 << 10;

    private const byte Final = 0x80;
    private const byte Masked = 0x80;
    private const int Length16 = 126;
    private const int Length64 = 127;

    private readonly SemaphoreSlim _sending = new(1);
    private readonly byte[] _head = new byte[14];
    private bool _closeSent;

    /// <summary>What a frame is.</summary>
    internal enum Opcode : byte
    {
        /// <summary>The rest of a message.</summary>
        Continuation = 0,

        /// <summary>UTF-8.</summary>
        Text = 1,

        /// <summary>Bytes.</summary>
        Binary = 2,

        /// <summary>The other side ends.</summary>
        Close = 8,

        /// <summary>The other side asks for a pong.</summary>
        Ping = 9,

        /// <summary>The answer.</summary>
        Pong = 10,
    }

    /// <summary>The next frame; null at the end of the connection.</summary>
    /// <exception cref="IOException">The connection is broken, or says what a client must not.</exception>
    public async ValueTask<(Opcode Opcode, byte[] Payload)?> ReceiveAsync(CancellationToken cancellation)
    {
        if (await connection.ReadAtLeastAsync(_head.AsMemory(0, 2), 2, throwOnEndOfStream: false, cancellation) < 2) return null;
        var opcode = (Opcode)(_head[0] & 0x0F);
        var masked = (_head[1] & Masked) != 0;
        var length = (ulong)(_head[1] & ~Masked);
        if (length >= Length16)
        {
            var bytes = _head.AsMemory(2, length == Length16 ? 2 : 8);
            await connection.ReadExactlyAsync(bytes, cancellation);
            length = bytes.Length == 2 ? BinaryPrimitives.ReadUInt16BigEndian(bytes.Span) : BinaryPrimitives.ReadUInt64BigEndian(bytes.Span);
        }

        if (length > MostReceived) throw new IOException($"A tail's client sent a frame of {length} bytes; {MostReceived} are allowed.");
        if (masked) await connection.ReadExactlyAsync(_head.AsMemory(10, 4), cancellation);
        var payload = new byte[length];
        await connection.ReadExactlyAsync(payload, cancellation);
        for (var i = 0; masked && i < payload.Length; i++) payload[i] ^= _head[10 + (i & 3)];
        return (opcode, payload);
    }

    /// <summary>Sends a frame, and waits until the system has taken it.</summary>
    public async ValueTask SendAsync(Opcode opcode, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        await _sending.WaitAsync(cancellation);
        try
        {
            if (_closeSent) return;
            _closeSent = opcode == Opcode.Close;
            var frame = new byte[HeadLength(payload.Length) + payload.Length];
            frame[0] = (byte)(Final | (byte)opcode);
            switch (frame.Length - payload.Length)
            {
                case 2:
                    frame[1] = (byte)payload.Length;
                    break;
                case 4:
                    frame[1] = Length16;
                    BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)payload.Length);
                    break;
                default:
                    frame[1] = Length64;
                    BinaryPrimitives.WriteUInt64BigEndian(frame.AsSpan(2), (ulong)payload.Length);
                    break;
            }

            payload.CopyTo(frame.AsMemory(frame.Length - payload.Length));
            await connection.WriteAsync(frame, cancellation);
            await connection.FlushAsync(cancellation);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Says that this side ends, and why.</summary>
    public ValueTask CloseAsync(WebSocketCloseStatus status, string reason, CancellationToken cancellation)
    {
        var text = System.Text.Encoding.UTF8.GetBytes(reason);
        var payload = new byte[2 + text.Length];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)status);
        text.CopyTo(payload, 2);
        return SendAsync(Opcode.Close, payload, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sending.Dispose();
        connection.Dispose();
    }

    private static int HeadLength(int payload) => payload < Length16 ? 2 : payload <= ushort.MaxValue ? 4 : 10;
}

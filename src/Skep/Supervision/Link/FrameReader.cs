namespace Skep.Supervision.Link;

/// <summary>Cuts what a socket delivers into frames.</summary>
internal sealed class FrameReader(LinkSocket socket)
{
    private byte[] _buffer = new byte[128 << 10];
    private int _start;
    private int _end;

    /// <summary>The next frame; false at the end. The payload is good until the next call.</summary>
    /// <exception cref="InvalidDataException">The other side does not speak this protocol.</exception>
    public bool TryRead(out FrameHead head, out ReadOnlySpan<byte> payload)
    {
        head = default;
        payload = default;
        if (!Fill(FrameHead.Size)) return false;
        head = FrameHead.Read(_buffer.AsSpan(_start));
        if (head.Length is < 0 or > FrameHead.MaxLength) throw new InvalidDataException($"A frame of {head.Length} bytes came over the link; at most {FrameHead.MaxLength} are allowed.");
        if (!Fill(FrameHead.Size + head.Length)) return false;
        payload = _buffer.AsSpan(_start + FrameHead.Size, head.Length);
        _start += FrameHead.Size + head.Length;
        return true;
    }

    private bool Fill(int needed)
    {
        if (_end - _start >= needed) return true;
        if (_buffer.Length - _start < needed)
        {
            var target = _buffer.Length < needed ? new byte[Math.Max(needed, _buffer.Length * 2)] : _buffer;
            _buffer.AsSpan(_start, _end - _start).CopyTo(target);
            (_buffer, _start, _end) = (target, 0, _end - _start);
        }

        while (_end - _start < needed)
        {
            var received = socket.Receive(_buffer.AsSpan(_end));
            if (received == 0) return false;
            _end += received;
        }

        return true;
    }
}

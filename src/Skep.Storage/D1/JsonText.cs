using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Skep.Storage.D1;

/// <summary>JSON that is being written, in memory of the pool.</summary>
/// <param name="most">How many bytes it may have.</param>
internal sealed class JsonText(int most) : IDisposable
{
    private static readonly SearchValues<byte> Escaped = SearchValues.Create([.. Enumerable.Range(0, 32).Select(code => (byte)code), (byte)'"', (byte)'\\']);

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(1024);

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    public void Clear() => Length = 0;

    /// <summary>Gives the memory away.</summary>
    public byte[] Detach()
    {
        var buffer = _buffer;
        _buffer = [];
        return buffer;
    }

    public void Raw(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Reserve(text.Length));
        Length += text.Length;
    }

    public void Number(long value)
    {
        Utf8Formatter.TryFormat(value, Reserve(20), out var written);
        Length += written;
    }

    /// <summary>A number; null when JSON has none for it.</summary>
    public void Number(double value)
    {
        if (!double.IsFinite(value))
        {
            Raw("null"u8);
            return;
        }

        value.TryFormat(Reserve(32), out var written, provider: CultureInfo.InvariantCulture);
        Length += written;
    }

    public void Boolean(bool value) => Raw(value ? "true"u8 : "false"u8);

    public void String(ReadOnlySpan<byte> text)
    {
        // A database may have text that is no UTF-8.
        if (!Utf8.IsValid(text)) text = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text));
        Raw("\""u8);
        for (var next = text.IndexOfAny(Escaped); next >= 0; next = text.IndexOfAny(Escaped))
        {
            Raw(text[..next]);
            Escape(text[next]);
            text = text[(next + 1)..];
        }

        Raw(text);
        Raw("\""u8);
    }

    /// <summary>Bytes as D1 tells them: an array of numbers.</summary>
    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Raw("["u8);
        var room = Reserve((bytes.Length * 4) + 1);
        var at = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (i > 0) room[at++] = (byte)',';
            Utf8Formatter.TryFormat(bytes[i], room[at..], out var written);
            at += written;
        }

        Length += at;
        Raw("]"u8);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private void Escape(byte code)
    {
        var room = Reserve(6);
        "\\u00"u8.CopyTo(room);
        room[4] = (byte)('0' + (code >> 4));
        room[5] = (byte)"0123456789abcdef"[code & 15];
        if (code is (byte)'"' or (byte)'\\')
        {
            room[1] = code;
            Length += 2;
            return;
        }

        Length += 6;
    }

    private Span<byte> Reserve(int room)
    {
        var needed = (long)Length + room;
        if (needed > most) throw new ResultTooLongException();
        if (_buffer.Length < needed)
        {
            var larger = ArrayPool<byte>.Shared.Rent((int)Math.Max(needed, Math.Min(most, _buffer.Length * 2L)));
            Written.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        return _buffer.AsSpan(Length);
    }

    /// <summary>There is more than may be.</summary>
    internal sealed class ResultTooLongException : Exception;
}

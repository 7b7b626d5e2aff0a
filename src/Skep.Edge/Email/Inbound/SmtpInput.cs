using System.Text;

namespace Skep.Edge.Email.Inbound;

/// <summary>What a client sends: lines of limited length, and messages.</summary>
internal sealed class SmtpInput(Stream stream)
{
    private const int LongestLine = 2048;

    private readonly byte[] _buffer = new byte[16 << 10];
    private int _start;
    private int _end;

    /// <summary>Something has come that nobody has read.</summary>
    public bool HasMore => _start < _end;

    /// <summary>The next line without its end; null when the client has left.</summary>
    /// <exception cref="InvalidDataException">It is too long, or does not end in CR and LF.</exception>
    public async ValueTask<string?> ReadLineAsync(CancellationToken cancellation)
    {
        for (;;)
        {
            var length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (length >= 0 ? length > LongestLine : _end - _start > LongestLine) throw new InvalidDataException("5.5.2 The line is too long");
            if (length >= 0)
            {
                var line = _buffer.AsSpan(_start, length);
                _start += length + 1;
                if (line is not [.., (byte)'\r'] || line[..^1].ContainsAny((byte)'\r', (byte)0)) throw new InvalidDataException("5.5.2 Lines end in CR and LF");
                return Encoding.UTF8.GetString(line[..^1]);
            }

            if (!await FillAsync(cancellation).ConfigureAwait(false)) return null;
        }
    }

    /// <summary>Reads a message to its end; false when the client has left before.</summary>
    /// <param name="decoder">Takes it.</param>
    /// <param name="most">Bytes after which it is read no further.</param>
    /// <param name="cancellation">Gives up.</param>
    public async ValueTask<bool> ReadAsync(SmtpDataDecoder decoder, long most, CancellationToken cancellation)
    {
        for (;;)
        {
            var (consumed, isEnd) = decoder.Add(_buffer.AsSpan(_start, _end - _start));
            _start += consumed;
            if (isEnd) return true;
            if (decoder.Length > most || !await FillAsync(cancellation).ConfigureAwait(false)) return false;
        }
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellation)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start.._end).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        var count = await stream.ReadAsync(_buffer.AsMemory(_end), cancellation).ConfigureAwait(false);
        _end += count;
        return count > 0;
    }
}

using System.Buffers;

namespace Skep.Edge.Email;

/// <summary>A message as it goes after <c>DATA</c> (RFC 5321 section 4.5.2): every line ends in CR and LF, and nothing in it is the line
/// with a dot alone that ends it, however another server may read line ends.</summary>
internal sealed class DotStuffing
{
    private bool _isLineStart = true;
    private bool _afterReturn;

    /// <summary>Adds a piece of the message.</summary>
    public void Add(ReadOnlySpan<byte> piece, IBufferWriter<byte> output)
    {
        // Twice as long when it is all dots or line feeds.
        var room = output.GetSpan((piece.Length * 2) + 2);
        var at = 0;
        foreach (var each in piece)
        {
            if (_afterReturn || each == '\n')
            {
                room[at++] = (byte)'\r';
                room[at++] = (byte)'\n';
                _isLineStart = true;
                _afterReturn = false;
                if (each == '\n') continue;
            }

            if (each == '\r')
            {
                _afterReturn = true;
                continue;
            }

            if (_isLineStart && each == '.') room[at++] = each;
            room[at++] = each;
            _isLineStart = false;
        }

        output.Advance(at);
    }

    /// <summary>Adds the end.</summary>
    public void End(IBufferWriter<byte> output)
    {
        if (_afterReturn || !_isLineStart) output.Write("\r\n"u8);
        output.Write(".\r\n"u8);
    }
}

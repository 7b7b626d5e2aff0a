namespace Skep.Edge.Email.Inbound;

/// <summary>A message as it comes after <c>DATA</c>. It ends where CR, LF, a dot, CR and LF are, and nowhere else: line ends that are no CR
/// and LF, which other servers may read otherwise, make it one that is not taken.</summary>
/// <param name="limit">Bytes that it may have.</param>
internal sealed class SmtpDataDecoder(int limit)
{
    private readonly MemoryStream _content = new();
    private State _state = State.LineStart;
    private long _length;

    private enum State
    {
        LineStart,
        Dot,
        DotReturn,
        Line,
        Return,
    }

    /// <summary>It has line ends that are no CR and LF.</summary>
    public bool HasBareLineEnds { get; private set; }

    /// <summary>How long it is.</summary>
    public long Length => _length;

    /// <summary>What was read of it, up to the limit.</summary>
    public ReadOnlyMemory<byte> Content => _content.GetBuffer().AsMemory(0, (int)_content.Length);

    /// <summary>Reads on. Returns how much of the piece belongs to the message, and whether that was its end.</summary>
    public (int Consumed, bool IsEnd) Add(ReadOnlySpan<byte> piece)
    {
        for (var i = 0; i < piece.Length; i++)
        {
            if (Take(piece[i])) return (i + 1, true);
        }

        return (piece.Length, false);
    }

    private bool Take(byte each)
    {
        switch (_state)
        {
            case State.LineStart when each == '.':
                _state = State.Dot;
                return false;
            case State.Dot when each == '\r':
                _state = State.DotReturn;
                return false;
            case State.DotReturn when each == '\n':
                return true;
            case State.DotReturn:
                HasBareLineEnds = true;
                Write((byte)'\r');
                break;
            case State.Return when each == '\n':
                Write((byte)'\r');
                Write((byte)'\n');
                _state = State.LineStart;
                return false;
            case State.Return:
                HasBareLineEnds = true;
                Write((byte)'\r');
                break;
        }

        HasBareLineEnds |= each == '\n';
        _state = each == '\r' ? State.Return : State.Line;
        if (each != '\r') Write(each);
        return false;
    }

    private void Write(byte each)
    {
        _length++;
        if (_length <= limit) _content.WriteByte(each);
    }
}

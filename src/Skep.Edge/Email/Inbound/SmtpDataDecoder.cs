namespace Skep.Edge.Email.Inbound;

/// <summary>A message as it comes after <c>DATA</c>. It ends where CR, LF, a dot, CR and LF are, and nowhere else. Line ends that are no CR and LF,
/// which other servers may read otherwise, become such, so that nobody after this one can be led to see an end or a command in them.</summary>
internal sealed class SmtpDataDecoder
{
    private readonly int _limit;
    private readonly MemoryStream _content = new();
    private State _state = State.Start;

    /// <param name="stamp">What is put before it, and does not count.</param>
    /// <param name="limit">Bytes that it may have.</param>
    public SmtpDataDecoder(ReadOnlySpan<byte> stamp, int limit)
    {
        _limit = limit;
        _content.Write(stamp);
    }

    private enum State
    {
        /// <summary>After CR and LF.</summary>
        Start,

        /// <summary>After another line end: here the message cannot end.</summary>
        BareStart,

        /// <summary>After a dot at the start of a line.</summary>
        Dot,

        /// <summary>The same after another line end.</summary>
        BareDot,

        /// <summary>After a dot alone and CR.</summary>
        DotReturn,

        /// <summary>Within a line.</summary>
        Line,

        /// <summary>After CR.</summary>
        Return,
    }

    /// <summary>How long it is.</summary>
    public long Length { get; private set; }

    /// <summary>The stamp, and what was read of it, up to the limit.</summary>
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
            case State.Start when each == '.':
                _state = State.Dot;
                return false;
            case State.BareStart when each == '.':
                _state = State.BareDot;
                return false;
            case State.Dot when each == '\r':
                _state = State.DotReturn;
                return false;
            case State.DotReturn when each == '\n':
                return true;
            case State.Return when each == '\n':
                EndLine(State.Start);
                return false;
            case State.Dot when each == '\n':
            case State.BareDot when each is (byte)'\r' or (byte)'\n':
                // Alone in its line, it is no dot that was added.
                Write((byte)'.');
                break;
            case State.DotReturn:
                Write((byte)'.');
                EndLine(State.BareStart);
                return Take(each);
            case State.Return:
                EndLine(State.BareStart);
                return Take(each);
        }

        switch (each)
        {
            case (byte)'\r':
                _state = State.Return;
                break;
            case (byte)'\n':
                EndLine(State.BareStart);
                break;
            default:
                Write(each);
                _state = State.Line;
                break;
        }

        return false;
    }

    private void EndLine(State next)
    {
        Write((byte)'\r');
        Write((byte)'\n');
        _state = next;
    }

    private void Write(byte each)
    {
        Length++;
        if (Length <= _limit) _content.WriteByte(each);
    }
}

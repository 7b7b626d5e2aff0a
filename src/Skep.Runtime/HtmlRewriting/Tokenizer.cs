using State = Skep.Runtime.HtmlRewriting.TokenizerState;

namespace Skep.Runtime.HtmlRewriting;

/// <summary>Reads HTML as https://html.spec.whatwg.org/#tokenization says, from a buffer that is filled piece by piece. All its state
/// is in fields: it can stop at any byte and go on with the next one, so that no byte is read twice however the input is cut.</summary>
/// <remarks>Text comes out in the pieces in which lol-html gives it, because handlers can tell: it is cut at every &lt;.</remarks>
internal sealed partial class Tokenizer(IMarkupSink sink)
{
    private readonly TreeFeedback tree = new();
    private readonly MarkupTag tag = new();
    private State state = State.Data;
    private TextType textType = TextType.Data;

    // The text state to go back to from what looks like an end tag.
    private State home = State.RawText;
    private ulong lastStartTag = TagName.None;
    private int position;

    // The start of what was read and not yet handed over.
    private int lexeme;
    private bool last;
    private bool stopped;
    private bool ambiguous;

    /// <summary>The tag on which it stopped as <see cref="TokenizerStop.Ambiguous"/>.</summary>
    public MarkupTag CurrentTag => tag;

    /// <summary>The first byte that is still needed.</summary>
    public int Keep => Retains ? Math.Min(lexeme, position) : position;

    /// <summary>Bytes of memory it holds beside the buffer, about.</summary>
    public int Weight => tree.Weight;

    private bool Retains => state switch
    {
        State.Data or State.RawText or State.Script or State.ScriptEscaped or State.Plaintext or State.Cdata => CapturesText,
        >= State.ScriptEscapeStart and <= State.ScriptDoubleEscapeEnd => CapturesText,
        >= State.BeforeAttributeName and <= State.SelfClosing => !tag.Skipped,
        // What is captured needs its start; text before it ends there.
        >= State.CommentStart => sink.Captures != Captures.None,
        _ => true,
    };

    private bool CapturesText => (sink.Captures & Captures.Text) != Captures.None;

    /// <summary>Reads on. With <paramref name="isLast"/> nothing comes after this input.</summary>
    public TokenizerStop Run(ReadOnlySpan<byte> input, bool isLast)
    {
        last = isLast;
        stopped = false;
        while (!stopped)
        {
            if (sink.IsFull) return TokenizerStop.Paused;
            if (state is >= State.TagName and <= State.SelfClosing) ReadTag(input);
            else if (state is State.Data) ReadData(input);
            else if (state >= State.CommentStart) ReadDeclaration(input);
            else if (state is >= State.TagOpen and <= State.MarkupDeclaration) ReadOpening(input);
            else ReadText(input);
        }

        return ambiguous ? TokenizerStop.Ambiguous : TokenizerStop.EndOfInput;
    }

    /// <summary>The input up to <see cref="Keep"/> is gone; what follows it is now at the buffer's start.</summary>
    public void Move(int by)
    {
        if (tag.Skipped && state is >= State.BeforeAttributeName and <= State.SelfClosing && tag.KeptName is null && by > tag.NameStart)
        {
            throw new InvalidOperationException("The name of a skipped tag must be kept.");
        }

        position -= by;
        lexeme = Math.Max(lexeme - by, 0);
        part -= by;
        partEnd -= by;
        tag.Move(by);
        attribute = attribute.Moved(by);
    }

    private static bool IsWhite(byte character) => character is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t' or (byte)'\f';

    private static bool IsLetter(byte character) => (uint)((character | 0x20) - 'a') < 26;

    private void ReadData(ReadOnlySpan<byte> input)
    {
        var found = input[position..].IndexOf((byte)'<');
        if (found < 0)
        {
            position = input.Length;
            EmitText(input);
            Stop(input);
            return;
        }

        position += found;
        EmitText(input);
        position++;
        state = State.TagOpen;
    }

    // After a < in text that is markup.
    private void ReadOpening(ReadOnlySpan<byte> input)
    {
        if (state == State.MarkupDeclaration)
        {
            ReadMarkupDeclaration(input);
            return;
        }

        if (position == input.Length)
        {
            if (last) EmitText(input);
            Stop(input);
            return;
        }

        var character = input[position];
        if (IsLetter(character))
        {
            tag.Begin(lexeme, position, isEnd: state == State.EndTagOpen);
            position++;
            state = State.TagName;
        }
        else if (state == State.TagOpen)
        {
            switch (character)
            {
                case (byte)'!':
                    position++;
                    state = State.MarkupDeclaration;
                    break;
                case (byte)'/':
                    position++;
                    state = State.EndTagOpen;
                    break;
                case (byte)'?':
                    BeginBogusComment();
                    break;
                default:
                    EmitText(input);
                    state = State.Data;
                    break;
            }
        }
        else if (character == '>')
        {
            position++;
            PassRaw();
            state = State.Data;
        }
        else
        {
            BeginBogusComment();
        }
    }

    /// <summary>Hands over what was read since the last token as text.</summary>
    private void EmitText(ReadOnlySpan<byte> input)
    {
        if (position > lexeme && CapturesText) sink.Text(input, lexeme, position);
        lexeme = position;
    }

    /// <summary>What was read is neither text nor a token: it stays as it is.</summary>
    private void PassRaw()
    {
        sink.EndText(lexeme);
        lexeme = position;
    }

    /// <summary>There is no more input for now. At the document's end, text ends too.</summary>
    private void Stop(ReadOnlySpan<byte> input)
    {
        stopped = true;
        if (!last)
        {
            if (tag.Skipped && state is >= State.BeforeAttributeName and <= State.SelfClosing) tag.KeptName ??= tag.Name(input).ToArray();
            return;
        }

        sink.EndText(lexeme);
        lexeme = position = input.Length;
        state = State.Data;
    }

    private static State StateOf(TextType type) => type switch
    {
        TextType.Rcdata or TextType.Rawtext => State.RawText,
        TextType.Script => State.Script,
        TextType.Plaintext => State.Plaintext,
        TextType.Cdata => State.Cdata,
        _ => State.Data,
    };
}

using State = Skep.Runtime.HtmlRewriting.TokenizerState;

namespace Skep.Runtime.HtmlRewriting;

/// <content>Comments and doctypes.</content>
internal sealed partial class Tokenizer
{
    // What of the current token is between its delimiters; for attributes, where the value starts.
    private int part;
    private int partEnd;

    private void ReadMarkupDeclaration(ReadOnlySpan<byte> input)
    {
        var comment = Follows(input, "--"u8);
        var doctype = Follows(input, "doctype"u8);
        var rest = input[position..];
        bool? cdata = rest.StartsWith("[CDATA["u8) ? true : !last && "[CDATA["u8.StartsWith(rest) ? null : false;
        if (comment is null || doctype is null || cdata is null)
        {
            Stop(input);
        }
        else if (comment is true)
        {
            position += 2;
            part = position;
            state = State.CommentStart;
        }
        else if (doctype is true)
        {
            position += "doctype".Length;
            part = position;
            state = State.Doctype;
        }
        else if (cdata is true && tree.Current != MarkupNamespace.Html)
        {
            position += "[CDATA[".Length;
            PassRaw();
            textType = TextType.Cdata;
            state = State.Cdata;
        }
        else
        {
            BeginBogusComment();
        }
    }

    private void BeginBogusComment()
    {
        part = position;
        state = State.BogusComment;
    }

    private void ReadDeclaration(ReadOnlySpan<byte> input)
    {
        if (state is State.BogusComment or State.Doctype or State.Comment)
        {
            var found = input[position..].IndexOf((byte)(state == State.Comment ? '-' : '>'));
            position = found < 0 ? input.Length : position + found;
            partEnd = position;
            if (found >= 0)
            {
                position++;
                if (state == State.Comment) state = State.CommentEndDash;
                else EmitDeclaration(input);
                return;
            }
        }

        if (position == input.Length)
        {
            if (state == State.CommentStart) partEnd = position;
            if (last) EmitDeclaration(input);
            Stop(input);
            return;
        }

        ReadCommentEnd(input, input[position]);
    }

    // One character of what may be a comment's start or end.
    private void ReadCommentEnd(ReadOnlySpan<byte> input, byte character)
    {
        position++;
        switch (state, character)
        {
            case (State.CommentStart, (byte)'-'):
                partEnd = part;
                state = State.CommentStartDash;
                break;
            case (State.CommentStart, (byte)'>'):
                partEnd = part;
                EmitDeclaration(input);
                break;
            case (State.CommentStartDash or State.CommentEndDash, (byte)'-'):
                state = State.CommentEnd;
                break;
            case (State.CommentStartDash or State.CommentEnd or State.CommentEndBang, (byte)'>'):
                EmitDeclaration(input);
                break;
            case (State.CommentEnd, (byte)'!'):
                state = State.CommentEndBang;
                break;
            case (State.CommentEnd, (byte)'-'):
                partEnd++;
                break;
            case (State.CommentEndBang, (byte)'-'):
                partEnd += "--!".Length;
                state = State.CommentEndDash;
                break;
            default:
                position--;
                state = State.Comment;
                break;
        }
    }

    private void EmitDeclaration(ReadOnlySpan<byte> input)
    {
        sink.EndText(lexeme);
        if (state == State.Doctype)
        {
            if ((sink.Captures & Captures.Doctypes) != Captures.None) sink.Doctype(input, lexeme, position, DoctypeRanges.Parse(input, part, partEnd));
        }
        else if ((sink.Captures & Captures.Comments) != Captures.None)
        {
            sink.Comment(input, lexeme, position, part, partEnd);
        }

        lexeme = position;
        state = State.Data;
    }
}

using State = Skep.Runtime.HtmlRewriting.TokenizerState;

namespace Skep.Runtime.HtmlRewriting;

/// <content>Tags and their attributes.</content>
internal sealed partial class Tokenizer
{
    private AttributeRange attribute;
    private byte quote;

    private void ReadTag(ReadOnlySpan<byte> input)
    {
        while (!stopped)
        {
            // A tag that the end of the document cuts is neither a tag nor text.
            if (position == input.Length)
            {
                Stop(input);
                return;
            }

            switch (state)
            {
                case State.TagName:
                    ReadTagName(input);
                    break;
                case State.BeforeAttributeName:
                    BeforeAttributeName(input);
                    break;
                case State.AttributeName:
                    ReadAttributeName(input);
                    break;
                case State.AfterAttributeName:
                    AfterAttributeName(input);
                    break;
                case State.BeforeAttributeValue:
                    BeforeAttributeValue(input);
                    break;
                case State.QuotedValue:
                    ReadQuotedValue(input);
                    break;
                case State.UnquotedValue:
                    ReadUnquotedValue(input);
                    break;
                case State.SelfClosing:
                    if (input[position] == '>')
                    {
                        tag.SelfClosing = !tag.IsEnd;
                        EndTag(input);
                    }
                    else
                    {
                        state = State.BeforeAttributeName;
                    }

                    break;
                default:
                    return;
            }
        }
    }

    private void ReadTagName(ReadOnlySpan<byte> input)
    {
        var at = position;
        while (at < input.Length && input[at] is var character && !IsWhite(character) && character is not ((byte)'>' or (byte)'/')) at++;
        position = at;
        if (at == input.Length) return;
        EndTagName(input, TagName.Pack(input[tag.NameStart..at]));
    }

    private void EndTagName(ReadOnlySpan<byte> input, ulong packed)
    {
        tag.NameEnd = position;
        tag.Packed = packed;
        tag.Traits = KnownTags.TraitsOf(packed);
        tag.Skipped = sink.Captures == Captures.None && !tree.NeedsWholeTag(tag) && !sink.Wants(tag, input);
        state = State.BeforeAttributeName;
    }

    private void BeforeAttributeName(ReadOnlySpan<byte> input)
    {
        var character = input[position];
        if (IsWhite(character))
        {
            position++;
        }
        else if (character == '/')
        {
            position++;
            state = State.SelfClosing;
        }
        else if (character == '>')
        {
            EndTag(input);
        }
        else
        {
            attribute = new AttributeRange(position, position, 0, 0, 0);
            position++;
            state = State.AttributeName;
        }
    }

    private void ReadAttributeName(ReadOnlySpan<byte> input)
    {
        var at = position;
        while (at < input.Length && input[at] is var character && !IsWhite(character) && character is not ((byte)'=' or (byte)'>' or (byte)'/')) at++;
        position = at;
        if (at == input.Length) return;
        attribute = new AttributeRange(attribute.NameStart, at, at, at, at);
        switch (input[at])
        {
            case (byte)'=':
                position++;
                state = State.BeforeAttributeValue;
                break;
            case (byte)'/':
                position++;
                KeepAttribute();
                state = State.SelfClosing;
                break;
            case (byte)'>':
                KeepAttribute();
                EndTag(input);
                break;
            default:
                position++;
                state = State.AfterAttributeName;
                break;
        }
    }

    private void AfterAttributeName(ReadOnlySpan<byte> input)
    {
        var character = input[position];
        switch (character)
        {
            case (byte)'=':
                position++;
                state = State.BeforeAttributeValue;
                return;
            case (byte)'/':
                position++;
                KeepAttribute();
                state = State.SelfClosing;
                return;
            case (byte)'>':
                KeepAttribute();
                EndTag(input);
                return;
        }

        if (IsWhite(character))
        {
            position++;
            return;
        }

        KeepAttribute();
        attribute = new AttributeRange(position, position, 0, 0, 0);
        position++;
        state = State.AttributeName;
    }

    private void BeforeAttributeValue(ReadOnlySpan<byte> input)
    {
        var character = input[position];
        if (IsWhite(character))
        {
            position++;
        }
        else if (character is (byte)'"' or (byte)'\'')
        {
            quote = character;
            position++;
            part = position;
            state = State.QuotedValue;
        }
        else if (character == '>')
        {
            KeepAttribute();
            tag.EndedAtValue = true;
            EndTag(input);
        }
        else
        {
            part = position;
            state = State.UnquotedValue;
        }
    }

    private void ReadQuotedValue(ReadOnlySpan<byte> input)
    {
        var found = input[position..].IndexOf(quote);
        if (found < 0)
        {
            position = input.Length;
            return;
        }

        position += found + 1;
        attribute = attribute with { ValueStart = part, ValueEnd = position - 1, RawEnd = position };
        KeepAttribute();
        state = State.BeforeAttributeName;
    }

    private void ReadUnquotedValue(ReadOnlySpan<byte> input)
    {
        var at = position;
        while (at < input.Length && input[at] is var character && !IsWhite(character) && character != '>') at++;
        position = at;
        if (at == input.Length) return;
        attribute = attribute with { ValueStart = part, ValueEnd = at, RawEnd = at };
        KeepAttribute();
        state = State.BeforeAttributeName;
    }

    private void KeepAttribute()
    {
        if (!tag.IsEnd && !tag.Skipped) tag.Add(in attribute);
    }

    // At the > of a tag.
    private void EndTag(ReadOnlySpan<byte> input)
    {
        position++;
        var lexed = sink.Captures != Captures.None || !tag.Skipped;
        if (tag.IsEnd)
        {
            tree.End(tag, input);
            textType = TextType.Data;
        }
        else if (tree.Start(tag, input) is { } next)
        {
            textType = next;
            lastStartTag = tag.Packed;
        }
        else
        {
            ambiguous = stopped = true;
            return;
        }

        sink.EndText(lexeme);
        sink.Tag(tag, tree.OfTag, input, position);
        lexeme = position;
        // lol-html goes on as in ordinary text after <script src=>, but for the case in which it changes between its two parsers.
        state = tag.EndedAtValue && !(lexed && sink.Captures == Captures.None) ? State.Data : StateOf(textType);
        tag.Skipped = false;
    }
}

using State = Skep.Runtime.HtmlRewriting.TokenizerState;

namespace Skep.Runtime.HtmlRewriting;

/// <content>Text that is not markup: raw text, scripts, CDATA sections.</content>
internal sealed partial class Tokenizer
{
    private static ReadOnlySpan<byte> ScriptName => "script"u8;

    private void ReadText(ReadOnlySpan<byte> input)
    {
        switch (state)
        {
            case State.RawText or State.Script:
                ReadRawText(input);
                return;
            case State.Plaintext:
                position = input.Length;
                EmitText(input);
                Stop(input);
                return;
            case State.Cdata:
                ReadCdata(input);
                return;
        }

        if (position == input.Length)
        {
            if (last) EmitText(input);
            Stop(input);
            return;
        }

        switch (state)
        {
            case State.CdataBracket:
                ReadCdataBracket(input);
                break;
            case State.RawLessThan:
                ReadRawLessThan(input);
                break;
            case State.RawEndTagOpen:
                if (IsLetter(input[position]))
                {
                    tag.Begin(lexeme, position, isEnd: true);
                    state = State.RawEndTagName;
                }
                else
                {
                    GoHome(input);
                }

                break;
            case State.RawEndTagName:
                ReadRawEndTagName(input);
                break;
            default:
                ReadEscapedScript(input);
                break;
        }
    }

    private void ReadRawText(ReadOnlySpan<byte> input)
    {
        if (!EmitTextBefore((byte)'<', input)) return;
        home = state;
        state = State.RawLessThan;
    }

    private void ReadRawLessThan(ReadOnlySpan<byte> input)
    {
        if (home == State.ScriptEscaped)
        {
            switch (Follows(input, ScriptName))
            {
                case null:
                    Stop(input);
                    return;
                case true:
                    position += ScriptName.Length;
                    state = State.ScriptDoubleEscapeStart;
                    return;
            }
        }

        if (input[position] == '/')
        {
            position++;
            state = State.RawEndTagOpen;
        }
        else if (input[position] == '!' && home == State.Script)
        {
            position++;
            state = State.ScriptEscapeStart;
        }
        else
        {
            GoHome(input);
        }
    }

    private void ReadRawEndTagName(ReadOnlySpan<byte> input)
    {
        var at = position;
        while (at < input.Length && IsLetter(input[at])) at++;
        position = at;
        // What the end of the input cuts is looked at again with more of it, or is text.
        if (at == input.Length) return;
        if (IsWhite(input[at]) || input[at] is (byte)'/' or (byte)'>')
        {
            var packed = TagName.Pack(input[tag.NameStart..at]);
            if (packed == lastStartTag)
            {
                EndTagName(input, packed);
                return;
            }
        }

        GoHome(input);
    }

    // It only looked like an end tag.
    private void GoHome(ReadOnlySpan<byte> input)
    {
        EmitText(input);
        state = home;
    }

    private void ReadEscapedScript(ReadOnlySpan<byte> input)
    {
        var character = input[position];
        switch (state)
        {
            case State.ScriptEscapeStart:
                switch (Follows(input, "--"u8))
                {
                    case null:
                        Stop(input);
                        break;
                    case true:
                        position += 2;
                        state = State.ScriptEscapedDashDash;
                        break;
                    default:
                        EmitText(input);
                        state = State.Script;
                        break;
                }

                break;
            case State.ScriptEscaped or State.ScriptDoubleEscaped:
                ReadEscapedRun(input, state == State.ScriptDoubleEscaped);
                break;
            case State.ScriptEscapedDashDash or State.ScriptDoubleEscapedDashDash:
                ReadDashDash(input, character, state == State.ScriptDoubleEscapedDashDash);
                break;
            case State.ScriptDoubleEscapeStart or State.ScriptDoubleEscapeEnd:
                var starts = state == State.ScriptDoubleEscapeStart;
                var ends = IsWhite(character) || character is (byte)'/' or (byte)'>';
                if (ends) position++;
                state = starts == ends ? State.ScriptDoubleEscaped : State.ScriptEscaped;
                break;
            case State.ScriptDoubleEscapedLessThan:
                if (character == '/') position++;
                state = character == '/' ? State.ScriptDoubleEscapedEndName : State.ScriptDoubleEscaped;
                break;
            case State.ScriptDoubleEscapedEndName:
                switch (Follows(input, ScriptName))
                {
                    case null:
                        Stop(input);
                        break;
                    case true:
                        position += ScriptName.Length;
                        state = State.ScriptDoubleEscapeEnd;
                        break;
                    default:
                        state = State.ScriptDoubleEscaped;
                        break;
                }

                break;
        }
    }

    private void ReadEscapedRun(ReadOnlySpan<byte> input, bool twice)
    {
        var found = input[position..].IndexOfAny((byte)'<', (byte)'-');
        if (found < 0)
        {
            position = input.Length;
            return;
        }

        position += found;
        if (input[position] == '<')
        {
            EmitText(input);
            position++;
            home = State.ScriptEscaped;
            state = twice ? State.ScriptDoubleEscapedLessThan : State.RawLessThan;
            return;
        }

        switch (Follows(input, "--"u8))
        {
            case null:
                Stop(input);
                break;
            case true:
                position += 2;
                state = twice ? State.ScriptDoubleEscapedDashDash : State.ScriptEscapedDashDash;
                break;
            default:
                position++;
                break;
        }
    }

    private void ReadDashDash(ReadOnlySpan<byte> input, byte character, bool twice)
    {
        switch (character)
        {
            case (byte)'-':
                position++;
                break;
            case (byte)'<':
                if (!twice) EmitText(input);
                position++;
                home = State.ScriptEscaped;
                state = twice ? State.ScriptDoubleEscapedLessThan : State.RawLessThan;
                break;
            case (byte)'>':
                EmitText(input);
                state = State.Script;
                break;
            default:
                position++;
                state = twice ? State.ScriptDoubleEscaped : State.ScriptEscaped;
                break;
        }
    }

    private void ReadCdata(ReadOnlySpan<byte> input)
    {
        if (EmitTextBefore((byte)']', input)) state = State.CdataBracket;
    }

    /// <summary>Emits text up to this character and passes over it; false when the input ends first, which is then all text.</summary>
    private bool EmitTextBefore(byte end, ReadOnlySpan<byte> input)
    {
        var found = input[position..].IndexOf(end);
        position = found < 0 ? input.Length : position + found;
        EmitText(input);
        if (found < 0)
        {
            Stop(input);
            return false;
        }

        position++;
        return true;
    }

    private void ReadCdataBracket(ReadOnlySpan<byte> input)
    {
        switch (Follows(input, "]>"u8))
        {
            case null:
                Stop(input);
                break;
            case true:
                position += 2;
                PassRaw();
                textType = TextType.Data;
                state = State.Data;
                break;
            default:
                EmitText(input);
                state = State.Cdata;
                break;
        }
    }

    /// <summary>Whether the input goes on with these characters (lower case, in any case); null when its end comes first.</summary>
    private bool? Follows(ReadOnlySpan<byte> input, ReadOnlySpan<byte> expected)
    {
        var rest = input[position..];
        var count = Math.Min(rest.Length, expected.Length);
        for (var i = 0; i < count; i++)
        {
            if (TagName.Lower(rest[i]) != expected[i]) return false;
        }

        return count == expected.Length ? true : last ? false : null;
    }
}

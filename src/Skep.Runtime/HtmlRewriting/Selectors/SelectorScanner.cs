using System.Globalization;
using System.Text;

namespace Skep.Runtime.HtmlRewriting.Selectors;

/// <summary>Cuts a selector into tokens (https://drafts.csswg.org/css-syntax/#tokenization).</summary>
internal sealed class SelectorScanner(string source)
{
    private int at;

    public static List<SelectorToken> Scan(string source)
    {
        SelectorScanner scanner = new(source);
        List<SelectorToken> tokens = [];
        do tokens.Add(scanner.Next());
        while (tokens[^1].Kind != SelectorTokenKind.End);
        return tokens;
    }

    private static bool IsWhite(char character) => character is ' ' or '\t' or '\n' or '\r' or '\f';

    private static bool StartsName(char character) => char.IsAsciiLetter(character) || character is '_' or >= '\u0080' or '\0';

    private static bool IsNamePart(char character) => StartsName(character) || char.IsAsciiDigit(character) || character == '-';

    private char Peek(int ahead = 0) => at + ahead < source.Length ? source[at + ahead] : '\uffff';

    private bool Has(int ahead = 0) => at + ahead < source.Length;

    private SelectorToken Next()
    {
        while (Has(1) && source[at] == '/' && source[at + 1] == '*')
        {
            var close = source.IndexOf("*/", at + 2, StringComparison.Ordinal);
            at = close < 0 ? source.Length : close + 2;
        }

        var start = at;
        if (!Has()) return new SelectorToken(SelectorTokenKind.End, "", start);
        var character = source[at];
        if (IsWhite(character))
        {
            while (Has() && IsWhite(source[at])) at++;
            return new SelectorToken(SelectorTokenKind.White, "", start);
        }

        if (StartsIdentifier(0)) return Named(start);
        if (StartsNumber())
        {
            Number();
            return new SelectorToken(SelectorTokenKind.Other, "", start);
        }

        at++;
        switch (character)
        {
            case '"' or '\'':
                return String(character, start);
            case '#' when Has() && (IsNamePart(Peek()) || IsEscape(0)):
                var isId = StartsIdentifier(0);
                var name = Name();
                return new SelectorToken(isId ? SelectorTokenKind.Id : SelectorTokenKind.Other, name, start);
            case '~' or '|' or '^' or '$' or '*' when Peek() == '=' && Has():
                at++;
                return new SelectorToken(SelectorTokenKind.Match, character.ToString(), start);
        }

        var kind = character switch
        {
            ':' => SelectorTokenKind.Colon,
            ',' => SelectorTokenKind.Comma,
            '[' => SelectorTokenKind.OpenSquare,
            ']' => SelectorTokenKind.CloseSquare,
            '(' => SelectorTokenKind.OpenParenthesis,
            ')' => SelectorTokenKind.CloseParenthesis,
            '{' or '}' or ';' or '@' => SelectorTokenKind.Other,
            _ => SelectorTokenKind.Delimiter,
        };
        return new SelectorToken(kind, character.ToString(), start);
    }

    private SelectorToken Named(int start)
    {
        var name = Name();
        if (!Has() || Peek() != '(') return new SelectorToken(SelectorTokenKind.Identifier, name, start);
        at++;
        return new SelectorToken(SelectorTokenKind.Function, name, start);
    }

    private SelectorToken String(char quote, int start)
    {
        StringBuilder text = new();
        while (Has())
        {
            var character = source[at++];
            if (character == quote) break;
            if (character is '\n' or '\r' or '\f') return new SelectorToken(SelectorTokenKind.Other, "", start);
            if (character != '\\') text.Append(character == '\0' ? '\ufffd' : character);
            else if (!Has()) break;
            else if (Peek() is '\n' or '\r' or '\f') at++;
            else Escape(text);
        }

        return new SelectorToken(SelectorTokenKind.String, text.ToString(), start);
    }

    private bool IsEscape(int ahead) => Peek(ahead) == '\\' && !(Has(ahead + 1) && Peek(ahead + 1) is '\n' or '\r' or '\f') && Has(ahead);

    private bool StartsIdentifier(int ahead)
    {
        if (!Has(ahead)) return false;
        if (Peek(ahead) != '-') return StartsName(Peek(ahead)) || IsEscape(ahead);
        return Has(ahead + 1) && (Peek(ahead + 1) == '-' || StartsName(Peek(ahead + 1)) || IsEscape(ahead + 1));
    }

    private bool StartsNumber()
    {
        var sign = Peek() is '+' or '-' ? 1 : 0;
        return char.IsAsciiDigit(Peek(sign)) || (Peek(sign) == '.' && char.IsAsciiDigit(Peek(sign + 1)));
    }

    // A number, with its unit: selectors have none, but in :nth-child(), which is read from the source.
    private void Number()
    {
        at++;
        while (Has() && (char.IsAsciiDigit(Peek()) || (Peek() == '.' && char.IsAsciiDigit(Peek(1))))) at++;
        if (StartsIdentifier(0)) Name();
        else if (Has() && Peek() == '%') at++;
    }

    private string Name()
    {
        StringBuilder name = new();
        while (Has())
        {
            if (IsNamePart(Peek()))
            {
                name.Append(Peek() == '\0' ? '\ufffd' : Peek());
                at++;
            }
            else if (IsEscape(0))
            {
                at++;
                Escape(name);
            }
            else
            {
                break;
            }
        }

        return name.ToString();
    }

    // https://drafts.csswg.org/css-syntax/#consume-escaped-code-point
    private void Escape(StringBuilder text)
    {
        if (!Has())
        {
            text.Append('\ufffd');
            return;
        }

        var digits = 0;
        while (digits < 6 && char.IsAsciiHexDigit(Peek(digits))) digits++;
        if (digits == 0)
        {
            text.Append(source[at++]);
            return;
        }

        var code = int.Parse(source.AsSpan(at, digits), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        at += digits;
        if (Peek() == '\r' && Peek(1) == '\n') at += 2;
        else if (Has() && IsWhite(Peek())) at++;
        text.Append(code == 0 || !Rune.IsValid(code) ? "\ufffd" : new Rune(code).ToString());
    }
}

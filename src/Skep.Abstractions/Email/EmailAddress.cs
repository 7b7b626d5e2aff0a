using System.Buffers;
using System.Globalization;
using System.Text;

namespace Skep.Abstractions.Email;

/// <summary>A mailbox: an address, and perhaps a name (RFC 5322 section 3.4).</summary>
/// <param name="Name">What people read; empty for none.</param>
/// <param name="Address">Where it leads.</param>
public sealed record EmailAddress(string Name, string Address)
{
    // RFC 5321 section 4.5.3.1: a path has 256 characters with its brackets.
    private const int MaxLength = 254;
    private static readonly SearchValues<char> OfLiterals = SearchValues.Create("0123456789abcdefABCDEFIPvx.:");

    private static readonly IdnMapping Names = new();

    private const string Specials = "()<>[]:;@\\,\"";

    /// <summary>What follows the at sign, in lower case.</summary>
    public string Domain => DomainOf(Address);

    /// <summary>What follows the at sign of an address, in lower case; empty when there is none.</summary>
    public static string DomainOf(string address) => address.LastIndexOf('@') is >= 0 and var at ? address[(at + 1)..].ToLowerInvariant() : "";

    /// <summary>The same with its domain in ASCII, as the domain name system has it.</summary>
    public EmailAddress ToAscii()
    {
        if (Ascii.IsValid(Domain)) return this;
        try
        {
            return this with { Address = $"{Address[..Address.LastIndexOf('@')]}@{Names.GetAscii(Domain)}" };
        }
        catch (ArgumentException)
        {
            // No domain name can be like that: who delivers it will say so.
            return this;
        }
    }

    /// <summary>The same mailbox: how a domain is written does not matter.</summary>
    public static bool AreSame(string one, string other)
    {
        var at = one.LastIndexOf('@');
        return at == other.LastIndexOf('@') && at >= 0
            ? one.AsSpan(0, at).SequenceEqual(other.AsSpan(0, at)) && one.AsSpan(at).Equals(other.AsSpan(at), StringComparison.OrdinalIgnoreCase)
            : one == other;
    }

    /// <summary>Whether a text is an address that can stand in an envelope: nothing in it could end a command or a header.</summary>
    public static bool IsValid(string address)
    {
        var at = address.LastIndexOf('@');
        if (at <= 0 || at == address.Length - 1 || address.Length > MaxLength) return false;
        var domain = address.AsSpan(at + 1);
        return IsAtoms(address.AsSpan(0, at)) && (IsLiteral(domain) || IsAtoms(domain));
    }

    /// <summary>Reads one mailbox: <c>a@b.c</c>, <c>Name &lt;a@b.c&gt;</c>. Null when it is none, or several.</summary>
    public static EmailAddress? Parse(string text) => ParseFirst(text, allowsGroup: false, out var isOnly) is { } first && isOnly ? first : null;

    /// <summary>The first mailbox of a header such as <c>From</c>, or null.</summary>
    public static EmailAddress? ParseFirst(string text) => ParseFirst(text, allowsGroup: true, out _);

    private static EmailAddress? ParseFirst(string text, bool allowsGroup, out bool isOnly)
    {
        StringBuilder plain = new();
        string? angle = null;
        var i = 0;
        isOnly = true;
        for (; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '"':
                    i = Quoted(text, i + 1, '"', plain);
                    break;
                case '(':
                    i = Comment(text, i);
                    break;
                case '<' when angle is null:
                    var close = text.IndexOf('>', i);
                    if (close < 0) return null;
                    angle = text[(i + 1)..close].Trim();
                    i = close;
                    break;
                case ':' when angle is null && allowsGroup:
                    // The name of a group; its members follow.
                    plain.Clear();
                    break;
                case ',' or ';':
                    isOnly = text.AsSpan(i + 1).Trim().IsEmpty;
                    i = text.Length;
                    break;
                default:
                    plain.Append(text[i]);
                    break;
            }
        }

        var rest = plain.ToString().Trim();
        var read = angle is null ? new EmailAddress("", rest) : new EmailAddress(rest, angle);
        return IsValid(read.Address) ? read : null;
    }

    private static int Quoted(string text, int at, char end, StringBuilder into)
    {
        for (; at < text.Length && text[at] != end; at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length) at++;
            into.Append(text[at]);
        }

        return at;
    }

    private static int Comment(string text, int at)
    {
        var depth = 0;
        for (; at < text.Length; at++)
        {
            if (text[at] == '\\') at++;
            else if (text[at] == '(') depth++;
            else if (text[at] == ')' && --depth == 0) return at;
        }

        return at;
    }

    private static bool IsAtoms(ReadOnlySpan<char> text)
    {
        foreach (var each in text)
        {
            if (each <= ' ' || each == '\x7F' || char.IsControl(each) || char.IsWhiteSpace(each) || char.IsSurrogate(each) || Specials.Contains(each)) return false;
        }

        return text[0] != '.' && text[^1] != '.' && text.IndexOf("..", StringComparison.Ordinal) < 0;
    }

    private static bool IsLiteral(ReadOnlySpan<char> text) =>
        text is ['[', _, .., ']'] && !text[1..^1].ContainsAnyExcept(OfLiterals);
}

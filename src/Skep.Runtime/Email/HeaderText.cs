using System.Text;
using Skep.Abstractions.Email;

namespace Skep.Runtime.Email;

/// <summary>Values of headers as they are written: within lines of 78 characters, and in ASCII.</summary>
internal static class HeaderText
{
    private const int LineLength = 78;

    // What RFC 5322 lets a line have, with room for the name.
    private const int LongestWord = 900;

    // RFC 2047: an encoded word has 75 characters, of which the frame takes 12.
    private const int BytesOfWord = 45;

    // The header's name is in the same line.
    private const int BytesOfFirstWord = 24;

    /// <summary>Whether a text could end a header, or hide something in it.</summary>
    public static bool HasControls(string text) => text.AsSpan().IndexOfAnyInRange('\0', '\x1F') >= 0 || text.Contains('\x7F');

    /// <summary>Text that people read: encoded when it is not ASCII.</summary>
    public static string Encode(string text) => IsPlain(text) ? text : EncodeWords(text);

    /// <summary>A mailbox.</summary>
    public static string Format(EmailAddress mailbox)
    {
        if (mailbox.Name.Length == 0) return mailbox.Address;
        var name = IsPlain(mailbox.Name)
            ? $"\"{mailbox.Name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""
            : EncodeWords(mailbox.Name);
        return $"{name} <{mailbox.Address}>";
    }

    /// <summary>A header in lines. A line begins anew only where a space was.</summary>
    public static string Fold(string name, string value)
    {
        StringBuilder lines = new(name.Length + value.Length + 8);
        lines.Append(name).Append(':');
        var column = lines.Length;
        foreach (var word in value.Split(' '))
        {
            if (word.Length > 0 && column > name.Length + 1 && column + 1 + word.Length > LineLength)
            {
                lines.Append("\r\n");
                column = 0;
            }

            lines.Append(' ').Append(word);
            column += 1 + word.Length;
        }

        return lines.ToString();
    }

    private static bool IsPlain(string text) =>
        Ascii.IsValid(text) && !text.Contains("=?", StringComparison.Ordinal) && text.Split(' ').All(static word => word.Length <= LongestWord);

    private static string EncodeWords(string text)
    {
        StringBuilder words = new();
        Span<byte> bytes = stackalloc byte[BytesOfWord];
        var count = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (count + rune.Utf8SequenceLength > (words.Length == 0 ? BytesOfFirstWord : BytesOfWord))
            {
                Append(words, bytes[..count]);
                count = 0;
            }

            count += rune.EncodeToUtf8(bytes[count..]);
        }

        Append(words, bytes[..count]);
        return words.ToString();
    }

    private static void Append(StringBuilder words, ReadOnlySpan<byte> bytes)
    {
        if (words.Length > 0) words.Append(' ');
        words.Append("=?UTF-8?B?").Append(Convert.ToBase64String(bytes)).Append("?=");
    }
}

using System.Text;

namespace Skep.Runtime.HtmlRewriting;

/// <summary>A document's encoding: one in which markup looks as in ASCII. What handlers see is decoded, what they insert is encoded,
/// everything else stays as it is.</summary>
internal abstract class MarkupEncoding
{
    /// <summary>Characters to ask room for per byte when decoding.</summary>
    public virtual int MostCharacters => 1;

    /// <summary>Whether all of the text exists in the encoding, and its bytes.</summary>
    public abstract bool TryEncode(ReadOnlySpan<char> text, out byte[] bytes);

    /// <summary>Encodes content; what does not exist in the encoding becomes a character reference.</summary>
    public abstract void Encode(ReadOnlySpan<char> text, OutputBuffer output);

    /// <summary>Decodes a whole text, errors replaced; returns the characters written.</summary>
    public abstract int Decode(ReadOnlySpan<byte> bytes, Span<char> text);

    /// <summary>A decoder for one text node.</summary>
    public abstract TextNodeDecoder NewDecoder();

    protected static void AddReference(Rune rune, OutputBuffer output)
    {
        var room = output.Room(16);
        System.Text.Unicode.Utf8.TryWrite(room, $"&#{rune.Value};", out var written);
        output.Advance(written);
    }
}

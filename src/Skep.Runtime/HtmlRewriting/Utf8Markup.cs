using System.Text;

namespace Skep.Runtime.HtmlRewriting;

/// <summary>UTF-8.</summary>
internal sealed class Utf8Markup : MarkupEncoding
{
    public static readonly Utf8Markup Instance = new();

    public override bool TryEncode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        return true;
    }

    public override void Encode(ReadOnlySpan<char> text, OutputBuffer output) =>
        output.Advance(Encoding.UTF8.GetBytes(text, output.Room(Encoding.UTF8.GetMaxByteCount(text.Length))));

    public override int Decode(ReadOnlySpan<byte> bytes, Span<char> text) => Encoding.UTF8.GetChars(bytes, text);

    public override TextNodeDecoder NewDecoder() => new Utf8NodeDecoder();
}

using System.Text;

namespace Skep.Runtime.HtmlRewriting;

/// <summary>A multi-byte encoding, by .NET's tables (https://encoding.spec.whatwg.org/#legacy-multi-byte-chinese-(simplified)-encodings
/// and after; where the standard's tables are larger, what .NET lacks is U+FFFD).</summary>
internal sealed class CodePageMarkup : MarkupEncoding
{
    private static readonly Dictionary<string, int> Pages = new()
    {
        ["gbk"] = 54936, ["gb18030"] = 54936, ["big5"] = 950, ["euc-jp"] = 51932, ["shift_jis"] = 932, ["euc-kr"] = 949,
    };

    private readonly Encoding encoding;
    private readonly Encoding strict;

    private CodePageMarkup(int page)
    {
        var provider = CodePagesEncodingProvider.Instance;
        encoding = provider.GetEncoding(page, EncoderFallback.ReplacementFallback, new DecoderReplacementFallback("\ufffd"))!;
        strict = provider.GetEncoding(page, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!;
    }

    public override int MostCharacters => 2;

    /// <summary>The encoding of this name, or null when there is none.</summary>
    public static CodePageMarkup? Find(string name) => Pages.TryGetValue(name, out var page) ? new CodePageMarkup(page) : null;

    public Decoder NewStream() => encoding.GetDecoder();

    public override bool TryEncode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        try
        {
            bytes = new byte[strict.GetByteCount(text)];
            strict.GetBytes(text, bytes);
            return true;
        }
        catch (EncoderFallbackException)
        {
            bytes = [];
            return false;
        }
    }

    public override void Encode(ReadOnlySpan<char> text, OutputBuffer output)
    {
        Span<char> units = stackalloc char[2];
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.IsAscii) output.Add([(byte)rune.Value]);
            else if (TryEncode(units[..rune.EncodeToUtf16(units)], out var bytes)) output.Add(bytes);
            else AddReference(rune, output);
        }
    }

    public override int Decode(ReadOnlySpan<byte> bytes, Span<char> text) => encoding.GetChars(bytes, text);

    public override TextNodeDecoder NewDecoder() => new LegacyNodeDecoder(this, NewStream());
}

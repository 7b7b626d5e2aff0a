using System.Text;

namespace Skep.Runtime.HtmlRewriting;

/// <summary>A single-byte encoding (https://encoding.spec.whatwg.org/#legacy-single-byte-encodings).</summary>
internal sealed class SingleByteMarkup : MarkupEncoding
{
    private readonly string upper;
    private readonly Dictionary<char, byte> bytesOf = [];

    /// <param name="upper">What the bytes from 128 on mean, U+FFFD for nothing.</param>
    public SingleByteMarkup(string upper)
    {
        this.upper = upper;
        for (var i = 0; i < upper.Length; i++)
        {
            if (upper[i] != '\ufffd') bytesOf.TryAdd(upper[i], (byte)(128 + i));
        }
    }

    public char CharacterOf(byte value) => value < 128 ? (char)value : upper[value - 128];

    public override bool TryEncode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = new byte[text.Length];
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] < 128) bytes[i] = (byte)text[i];
            else if (!bytesOf.TryGetValue(text[i], out bytes[i])) return false;
        }

        return true;
    }

    public override void Encode(ReadOnlySpan<char> text, OutputBuffer output)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.IsAscii) output.Add([(byte)rune.Value]);
            else if (rune.IsBmp && bytesOf.TryGetValue((char)rune.Value, out var value)) output.Add([value]);
            else AddReference(rune, output);
        }
    }

    public override int Decode(ReadOnlySpan<byte> bytes, Span<char> text)
    {
        for (var i = 0; i < bytes.Length; i++) text[i] = CharacterOf(bytes[i]);
        return bytes.Length;
    }

    public override TextNodeDecoder NewDecoder() => new LegacyNodeDecoder(this, null);
}

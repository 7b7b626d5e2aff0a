using System.Text;

namespace Skep.Runtime.HtmlRewriting;

/// <summary>Decodes the pieces of a text node after what could be taken whole. Characters may be cut by pieces.</summary>
/// <remarks>lol-html decodes into a buffer of 1,024 bytes of UTF-8, and handlers see those cuts: so they are made here too.</remarks>
internal abstract class TextNodeDecoder
{
    protected const int BufferSize = 1024;

    /// <summary>The text of the current cut.</summary>
    public StringBuilder Text { get; } = new();

    /// <summary>Decodes on: the bytes read, with <see cref="Text"/> filled. <paramref name="full"/> says that there is more to come
    /// of these bytes.</summary>
    public abstract int Decode(ReadOnlySpan<byte> bytes, bool last, out bool full);
}

/// <summary>UTF-8 (https://encoding.spec.whatwg.org/#utf-8-decoder).</summary>
internal sealed class Utf8NodeDecoder : TextNodeDecoder
{
    private const int Largest = 4;

    private readonly byte[] partial = new byte[Largest];
    private int partialLength;

    public override int Decode(ReadOnlySpan<byte> bytes, bool last, out bool full)
    {
        Text.Clear();
        var read = 0;
        var free = BufferSize;
        for (;;)
        {
            if (partialLength == 0)
            {
                var valid = ValidPrefix(bytes[read..][..Math.Min(free, bytes.Length - read)]);
                Text.Append(Encoding.UTF8.GetString(bytes.Slice(read, valid)));
                read += valid;
                free -= valid;
            }

            if (read == bytes.Length)
            {
                if (last && partialLength > 0) Text.Append('\ufffd');
                if (last) partialLength = 0;
                full = false;
                return read;
            }

            if (free < Largest)
            {
                full = true;
                return read;
            }

            free -= Step(bytes, ref read);
        }
    }

    private static int ValidPrefix(ReadOnlySpan<byte> bytes)
    {
        if (System.Text.Unicode.Utf8.IsValid(bytes)) return bytes.Length;
        var at = 0;
        while (at < bytes.Length && Rune.DecodeFromUtf8(bytes[at..], out _, out var count) == System.Buffers.OperationStatus.Done) at += count;
        return at;
    }

    // One byte of a character that is cut or malformed; the bytes of UTF-8 that came out of it.
    private int Step(ReadOnlySpan<byte> bytes, ref int read)
    {
        partial[partialLength++] = bytes[read];
        var status = Rune.DecodeFromUtf8(partial.AsSpan(0, partialLength), out var rune, out var consumed);
        if (status == System.Buffers.OperationStatus.NeedMoreData)
        {
            read++;
            return 0;
        }

        // A byte that does not belong to the character begins anew.
        if (status == System.Buffers.OperationStatus.Done || consumed == partialLength) read++;
        partialLength = 0;
        Text.Append(rune.ToString());
        return rune.Utf8SequenceLength;
    }
}

/// <summary>The legacy encodings.</summary>
internal sealed class LegacyNodeDecoder(MarkupEncoding encoding, Decoder? stream) : TextNodeDecoder
{
    // The most that a character takes in UTF-8.
    private const int Widest = 3;

    public override int Decode(ReadOnlySpan<byte> bytes, bool last, out bool full)
    {
        Text.Clear();
        var part = bytes[..Math.Min(bytes.Length, BufferSize / Widest)];
        full = part.Length < bytes.Length;
        var units = new char[(part.Length + 1) * encoding.MostCharacters];
        var count = stream is null ? encoding.Decode(part, units) : stream.GetChars(part, units, flush: last && !full);
        Text.Append(units, 0, count);
        return part.Length;
    }
}

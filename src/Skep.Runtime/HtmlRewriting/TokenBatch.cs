using System.Runtime.InteropServices;
using System.Text;

namespace Skep.Runtime.HtmlRewriting;

/// <summary>Tokens on their way to JavaScript: numbers that describe them, and one text that all their strings are ranges of, so that
/// any number of tokens is handed over in one crossing. The layout is that of <c>js/html-rewriter/records.ts</c>.</summary>
internal sealed class TokenBatch(MarkupEncoding encoding)
{
    public const int StartTag = 1;
    public const int Text = 2;
    public const int Comment = 3;
    public const int Doctype = 4;
    public const int EndTag = 5;

    // Handlers see nothing of these.
    public const int Silent = 0;

    private readonly List<int> numbers = [];
    private readonly List<Entry> entries = [];
    private readonly List<AttributeRange> attributes = [];
    private readonly List<int> decoded = [];
    private byte[] narrow = new byte[1024];
    private char[]? wide;
    private int length;

    public int Count => entries.Count;

    public ReadOnlySpan<int> Numbers => CollectionsMarshal.AsSpan(numbers);

    /// <summary>Entries whose bytes were not valid text and are replaced by their decoded form.</summary>
    public List<int> Decoded => decoded;

    public int TextLength => length;

    /// <summary>The text when all of it is ASCII.</summary>
    public ReadOnlySpan<byte> Narrow => narrow.AsSpan(0, length);

    /// <summary>The text otherwise.</summary>
    public ReadOnlySpan<char> Wide => wide.AsSpan(0, length);

    public bool IsWide => wide is not null;

    public Entry this[int index] => entries[index];

    public ReadOnlySpan<AttributeRange> AttributesOf(in Entry entry) => CollectionsMarshal.AsSpan(attributes).Slice(entry.AttributeStart, entry.AttributeCount);

    public void Clear()
    {
        numbers.Clear();
        entries.Clear();
        attributes.Clear();
        decoded.Clear();
        wide = null;
        length = 0;
    }

    /// <summary>Begins a token that takes the place of these bytes.</summary>
    public void Begin(int kind, int start, int end)
    {
        entries.Add(new Entry { Start = start, End = end, DecodedLength = -1 });
        numbers.Add(kind);
    }

    /// <summary>The bytes of the last token are not what its text encodes to.</summary>
    public void MarkDecoded(int textStart, int textLength)
    {
        decoded.Add(entries.Count - 1);
        ref var entry = ref Last;
        entry.DecodedStart = textStart;
        entry.DecodedLength = textLength;
    }

    public void MarkTag(MarkupTag tag)
    {
        ref var entry = ref Last;
        entry.NameStart = tag.NameStart;
        entry.NameEnd = tag.NameEnd;
        entry.AttributeStart = attributes.Count;
        entry.AttributeCount = tag.Attributes.Length;
        attributes.AddRange(tag.Attributes);
    }

    public void Add(int number) => numbers.Add(number);

    public void Add(ReadOnlySpan<int> several)
    {
        numbers.Add(several.Length);
        numbers.AddRange(several);
    }

    /// <summary>Adds a string of the document: its range.</summary>
    public void AddString(ReadOnlySpan<byte> bytes, bool lowerCase = false)
    {
        var start = length;
        Append(bytes);
        numbers.Add(start);
        numbers.Add(length);
        if (lowerCase) Lower(start);
    }

    public void AddString(ReadOnlySpan<char> text)
    {
        var start = length;
        MakeWide(text.Length);
        text.CopyTo(wide.AsSpan(length));
        length += text.Length;
        numbers.Add(start);
        numbers.Add(length);
    }

    /// <summary>The characters of a token that was decoded.</summary>
    public void CopyDecoded(in Entry entry, OutputBuffer output)
    {
        if (wide is not null) encoding.Encode(wide.AsSpan(entry.DecodedStart, entry.DecodedLength), output);
        else output.Add(narrow.AsSpan(entry.DecodedStart, entry.DecodedLength));
    }

    private ref Entry Last => ref CollectionsMarshal.AsSpan(entries)[^1];

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (wide is null && Ascii.IsValid(bytes))
        {
            if (narrow.Length - length < bytes.Length) Array.Resize(ref narrow, Math.Max(length + bytes.Length, narrow.Length * 2));
            bytes.CopyTo(narrow.AsSpan(length));
            length += bytes.Length;
            return;
        }

        MakeWide(bytes.Length * encoding.MostCharacters);
        length += encoding.Decode(bytes, wide.AsSpan(length));
    }

    private void MakeWide(int more)
    {
        if (wide is null)
        {
            wide = new char[Math.Max(length + more, narrow.Length)];
            Encoding.ASCII.GetChars(Narrow, wide);
        }
        else if (wide.Length - length < more)
        {
            Array.Resize(ref wide, Math.Max(length + more, wide.Length * 2));
        }
    }

    private void Lower(int start)
    {
        if (wide is null)
        {
            foreach (ref var character in narrow.AsSpan(start, length - start)) character = TagName.Lower(character);
        }
        else
        {
            foreach (ref var unit in wide.AsSpan(start, length - start))
            {
                if (char.IsAsciiLetterUpper(unit)) unit = (char)(unit | 0x20);
            }
        }
    }

    /// <summary>A token's place in the input.</summary>
    public struct Entry
    {
        public int Start;
        public int End;
        public int NameStart;
        public int NameEnd;
        public int AttributeStart;
        public int AttributeCount;
        public int DecodedStart;

        /// <summary>-1 when the token's bytes are kept as they are.</summary>
        public int DecodedLength;
    }
}

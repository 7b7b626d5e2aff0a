namespace Skep.Edge.Assets;

/// <summary>One range of bytes (https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2).</summary>
/// <param name="First">The first byte.</param>
/// <param name="Length">How many.</param>
internal readonly record struct ByteRange(long First, long Length)
{
    private const string Unit = "bytes=";

    /// <summary>What the header asks for of so many bytes. Null for all of them: without the header, for what is malformed, and for several
    /// ranges, all of which a server may ignore. A length of 0 says that none of it is there.</summary>
    public static ByteRange? Parse(string? header, long size)
    {
        if (header is null || !header.StartsWith(Unit, StringComparison.OrdinalIgnoreCase)) return null;
        ReadOnlySpan<char> range = header.AsSpan(Unit.Length).Trim();
        int dash = range.IndexOf('-');
        if (dash < 0 || !TryRead(range[..dash], out long? first) || !TryRead(range[(dash + 1)..], out long? last)) return null;
        if (first is null)
        {
            if (last is null) return null;
            long count = Math.Min(last.Value, size);
            return new ByteRange(size - count, count);
        }

        if (last < first) return null;
        if (first >= size) return new ByteRange(0, 0);
        return new ByteRange(first.Value, Math.Min(last ?? (size - 1), size - 1) - first.Value + 1);
    }

    private static bool TryRead(ReadOnlySpan<char> text, out long? value)
    {
        value = null;
        if (text.IsEmpty) return true;
        if (!long.TryParse(text, System.Globalization.NumberStyles.None, null, out long number)) return false;
        value = number;
        return true;
    }
}

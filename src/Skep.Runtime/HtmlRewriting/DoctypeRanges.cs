namespace Skep.Runtime.HtmlRewriting;

/// <summary>The parts of a doctype, each a range in the buffer; a start of -1 is a part that is missing.</summary>
internal readonly record struct DoctypeRanges(int NameStart, int NameEnd, int PublicStart, int PublicEnd, int SystemStart, int SystemEnd)
{
    private static ReadOnlySpan<byte> White => " \n\r\t\f"u8;

    /// <summary>Reads what is between the keyword and the end (https://html.spec.whatwg.org/#doctype-state).</summary>
    public static DoctypeRanges Parse(ReadOnlySpan<byte> input, int start, int end)
    {
        DoctypeRanges parts = new(-1, -1, -1, -1, -1, -1);
        var at = SkipWhite(input, start, end);
        if (at == end) return parts;
        var nameEnd = input[at..end].IndexOfAny(White);
        nameEnd = nameEnd < 0 ? end : at + nameEnd;
        parts = parts with { NameStart = at, NameEnd = nameEnd };
        at = SkipWhite(input, nameEnd, end);
        var rest = input[at..end];
        if (rest.Length < 6) return parts;
        if (TagName.EqualIgnoringCase(rest[..6], "public"u8))
        {
            at = Identifier(input, at + 6, end, out var publicStart, out var publicEnd);
            if (publicStart < 0) return parts;
            parts = parts with { PublicStart = publicStart, PublicEnd = publicEnd };
        }
        else if (TagName.EqualIgnoringCase(rest[..6], "system"u8))
        {
            at += 6;
        }
        else
        {
            return parts;
        }

        if (at > end) return parts;
        Identifier(input, at, end, out var systemStart, out var systemEnd);
        return systemStart < 0 ? parts : parts with { SystemStart = systemStart, SystemEnd = systemEnd };
    }

    // A quoted identifier; the position after it.
    private static int Identifier(ReadOnlySpan<byte> input, int start, int end, out int from, out int to)
    {
        from = to = -1;
        var at = SkipWhite(input, start, end);
        if (at >= end || input[at] is not ((byte)'"' or (byte)'\'')) return end + 1;
        from = at + 1;
        var length = input[from..end].IndexOf(input[at]);
        to = length < 0 ? end : from + length;
        return to + 1;
    }

    private static int SkipWhite(ReadOnlySpan<byte> input, int start, int end)
    {
        var skipped = input[start..end].IndexOfAnyExcept(White);
        return skipped < 0 ? end : start + skipped;
    }
}

using System.Globalization;

namespace Skep.Edge.Caching;

/// <summary>The one range of a Range header (RFC 9110 section 14.1.2), the end excluded.</summary>
internal readonly record struct ByteRange(long Start, long End)
{
    public bool IsUnsatisfiable => Start >= End;

    /// <summary>The range; null when there is none, or several, or it is malformed: then the whole is sent.</summary>
    public static ByteRange? Parse(string? header, long length)
    {
        if (header is null || !header.StartsWith("bytes=", StringComparison.OrdinalIgnoreCase)) return null;
        var range = header.AsSpan(6).Trim();
        var dash = range.IndexOf('-');
        if (dash < 0) return null;
        var first = range[..dash].Trim();
        var last = range[(dash + 1)..].Trim();
        if (first.IsEmpty) return Number(last) is { } suffix ? new ByteRange(Math.Max(0, length - suffix), suffix == 0 ? 0 : length) : null;
        if (Number(first) is not { } start) return null;
        if (last.IsEmpty) return new ByteRange(start, length);
        return Number(last) is { } end && end >= start ? new ByteRange(start, Math.Min(length, end < long.MaxValue ? end + 1 : end)) : null;
    }

    private static long? Number(ReadOnlySpan<char> text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

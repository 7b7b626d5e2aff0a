using System.Globalization;

namespace Skep.Abstractions.R2;

/// <summary>The part of an object that is asked for.</summary>
/// <param name="Offset">Its first byte.</param>
/// <param name="Length">How many bytes.</param>
/// <param name="Suffix">How many bytes from the end; the others are null then.</param>
/// <param name="IsLenient">What cannot be satisfied asks for the whole object.</param>
public sealed record R2Range(long? Offset = null, long? Length = null, long? Suffix = null, bool IsLenient = false)
{
    private const string Unit = "bytes=";

    /// <summary>Reads a <c>Range</c> header; null when it is no single range of bytes, which asks for the whole (RFC 9110, section 14.2).</summary>
    public static R2Range? Parse(string header, bool isLenient)
    {
        if (!header.StartsWith(Unit, StringComparison.OrdinalIgnoreCase)) return null;
        var range = header.AsSpan(Unit.Length).Trim();
        var dash = range.IndexOf('-');
        if (dash < 0) return null;
        var first = range[..dash].Trim();
        var last = range[(dash + 1)..].Trim();
        if (first.IsEmpty) return Number(last) is { } suffix ? new R2Range(Suffix: suffix, IsLenient: isLenient) : null;
        if (Number(first) is not { } offset) return null;
        if (last.IsEmpty) return new R2Range(offset, IsLenient: isLenient);
        return Number(last) is { } end && end >= offset ? new R2Range(offset, end - offset + 1, IsLenient: isLenient) : null;
    }

    /// <summary>Which bytes of an object of that size these are; null when there are none.</summary>
    public (long Offset, long Length)? Resolve(long size)
    {
        var resolved = ResolveStrictly(size);
        return resolved is null && IsLenient ? (0, size) : resolved;
    }

    private (long Offset, long Length)? ResolveStrictly(long size)
    {
        if (Suffix is { } suffix)
        {
            var length = Math.Min(suffix, size);
            return suffix > 0 && size > 0 ? (size - length, length) : null;
        }

        var offset = Offset ?? 0;
        if (offset < 0 || offset >= size) return null;
        var wanted = Length ?? size - offset;
        return wanted > 0 ? (offset, Math.Min(wanted, size - offset)) : null;
    }

    private static long? Number(ReadOnlySpan<char> text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

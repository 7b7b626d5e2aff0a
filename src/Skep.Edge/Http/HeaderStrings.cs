using System.Runtime.CompilerServices;
using System.Text;

namespace Skep.Edge.Http;

/// <summary>Makes strings of header names and values. They repeat from message to message: a small table, shared by all threads,
/// keeps those seen last. What it holds is bounded, and a race between threads only makes a string twice.</summary>
internal static class HeaderStrings
{
    private const int Longest = 96;
    private const int Size = 2048;

    private static readonly string?[] _recent = new string?[Size];

    /// <summary>A name, in lower case. <paramref name="name"/> is ASCII.</summary>
    [SkipLocalsInit]
    public static string Name(ReadOnlySpan<byte> name)
    {
        if (name.Length > Longest)
            return Encoding.ASCII.GetString(name).ToLowerInvariant();
        Span<byte> lower = stackalloc byte[Longest];
        lower = lower[..name.Length];
        Ascii.ToLower(name, lower, out _);
        return Find(lower);
    }

    /// <summary>A value, read as UTF-8.</summary>
    public static string Value(ReadOnlySpan<byte> value) =>
        value.Length <= Longest && Ascii.IsValid(value) ? Find(value) : Encoding.UTF8.GetString(value);

    private static string Find(ReadOnlySpan<byte> ascii)
    {
        if (ascii.IsEmpty)
            return "";
        uint hash = 2166136261;
        foreach (byte b in ascii)
            hash = (hash ^ b) * 16777619;
        ref string? slot = ref _recent[(hash ^ (hash >> 16)) & (Size - 1)];
        if (Volatile.Read(ref slot) is { } text && text.Length == ascii.Length && Ascii.Equals(ascii, text))
            return text;
        text = Encoding.ASCII.GetString(ascii);
        Volatile.Write(ref slot, text);
        return text;
    }
}

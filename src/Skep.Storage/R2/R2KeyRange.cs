using System.Text;

namespace Skep.Storage.R2;

/// <summary>Keys as bytes, in whose order they are listed.</summary>
internal static class R2KeyRange
{
    // A key that is no prefix's end: no UTF-8 has this byte.
    private static readonly byte[] End = [0xff];

    /// <summary>The first key with the prefix, and the first one after all of these.</summary>
    public static (byte[] From, byte[] To) Of(string prefix)
    {
        var from = Encoding.UTF8.GetBytes(prefix);
        return (from, from.Length == 0 ? End : After(from));
    }

    /// <summary>The first key after all that begin with this one.</summary>
    public static byte[] After(ReadOnlySpan<byte> prefix)
    {
        byte[] after = [.. prefix];
        after[^1]++;
        return after;
    }

    /// <summary>The first key after this one.</summary>
    public static byte[] Next(ReadOnlySpan<byte> key) => [.. key, 0];

    public static byte[] Later(byte[] one, byte[] other) => one.AsSpan().SequenceCompareTo(other) > 0 ? one : other;
}

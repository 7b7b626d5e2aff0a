using System.Buffers;
using System.Text;

namespace Skep.Edge.Assets;

/// <summary>The paths of assets: decoded in the manifest, percent-encoded in URLs. An asset is served at one spelling of its path only,
/// <c>encodeURIComponent</c> of every segment; others redirect there.</summary>
internal static class AssetPath
{
    // What encodeURIComponent leaves, and the slash: a path of these is its own encoding, if it has no empty segment.
    private static readonly SearchValues<char> _plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()/");

    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>True when decoding and encoding change nothing.</summary>
    public static bool IsCanonical(ReadOnlySpan<char> path) =>
        !path.ContainsAnyExcept(_plain) && path.IndexOf("//", StringComparison.Ordinal) < 0;

    /// <summary>The path as it stands in the manifest: every segment decoded where it can be, slashes in a row made one.</summary>
    public static string Decode(string path)
    {
        if (IsCanonical(path)) return path;
        var result = new StringBuilder(path.Length);
        foreach (string segment in path.Split('/'))
        {
            foreach (char character in DecodeSegment(segment)) Add(character);
            Add('/');
        }

        // One slash follows each segment, the last one as well.
        if (!path.EndsWith('/')) result.Length--;
        return result.ToString();

        void Add(char character)
        {
            if (character != '/' || result.Length == 0 || result[^1] != '/') result.Append(character);
        }
    }

    /// <summary>The one spelling of a decoded path in a URL.</summary>
    public static string Encode(string path)
    {
        if (!path.AsSpan().ContainsAnyExcept(_plain)) return path;
        var result = new StringBuilder(path.Length + 16);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (Rune rune in path.EnumerateRunes())
        {
            if (rune.IsAscii && _plain.Contains((char)rune.Value))
            {
                result.Append((char)rune.Value);
                continue;
            }

            foreach (byte each in utf8[..rune.EncodeToUtf8(utf8)])
                result.Append('%').Append(each.ToString("X2", null));
        }

        return result.ToString();
    }

    // decodeURIComponent: all or nothing.
    private static string DecodeSegment(string segment)
    {
        if (!segment.Contains('%', StringComparison.Ordinal)) return segment;
        byte[] bytes = new byte[_strict.GetMaxByteCount(segment.Length)];
        int count = 0;
        for (int at = 0; at < segment.Length; at++)
        {
            if (segment[at] != '%')
            {
                int next = char.IsHighSurrogate(segment[at]) && at + 1 < segment.Length ? at + 2 : at + 1;
                count += Encoding.UTF8.GetBytes(segment.AsSpan(at, next - at), bytes.AsSpan(count));
                at = next - 1;
                continue;
            }

            if (at + 2 >= segment.Length || !char.IsAsciiHexDigit(segment[at + 1]) || !char.IsAsciiHexDigit(segment[at + 2])) return segment;
            bytes[count++] = Convert.ToByte(segment.Substring(at + 1, 2), 16);
            at += 2;
        }

        try
        {
            return _strict.GetString(bytes, 0, count);
        }
        catch (DecoderFallbackException)
        {
            return segment;
        }
    }
}

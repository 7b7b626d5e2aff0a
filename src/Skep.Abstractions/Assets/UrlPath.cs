using System.Buffers;
using System.Text;

namespace Skep.Abstractions.Assets;

/// <summary>The path of a URL as https://url.spec.whatwg.org/ makes it: <c>.</c> and <c>..</c> are resolved, what cannot stand in a path is
/// percent-encoded. An HTTP client may send anything, and a Worker sees this.</summary>
public static class UrlPath
{
    // What stays as it is, and cannot be part of a segment that means "here" or "up".
    private static readonly SearchValues<char> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~!$&'()*+,;=:@/%|[].");

    private static readonly SearchValues<char> Encoded = SearchValues.Create(" \"#<>?^`{}");

    /// <summary>True when <see cref="Normalize"/> would change nothing; false when it might.</summary>
    public static bool IsNormal(ReadOnlySpan<char> path) =>
        path.StartsWith('/') && !path.ContainsAnyExcept(Plain) && path.IndexOf("/.", StringComparison.Ordinal) < 0
        && path.IndexOf("%2e", StringComparison.OrdinalIgnoreCase) < 0;

    /// <summary>The path, without query and fragment, in its one spelling.</summary>
    public static string Normalize(string path)
    {
        if (IsNormal(path)) return path;
        var segments = new List<string>();
        var rest = path.AsSpan();
        if (rest is ['/' or '\\', ..]) rest = rest[1..];
        while (true)
        {
            var end = rest.IndexOfAny('/', '\\');
            var segment = end < 0 ? rest : rest[..end];
            if (IsUp(segment))
            {
                if (segments.Count > 0) segments.RemoveAt(segments.Count - 1);
                if (end < 0) segments.Add("");
            }
            else if (!IsHere(segment))
            {
                segments.Add(Encode(segment));
            }
            else if (end < 0)
            {
                segments.Add("");
            }

            if (end < 0) break;
            rest = rest[(end + 1)..];
        }

        return "/" + string.Join('/', segments);
    }

    private static bool IsHere(ReadOnlySpan<char> segment) =>
        segment is "." || segment.Equals("%2e", StringComparison.OrdinalIgnoreCase);

    private static bool IsUp(ReadOnlySpan<char> segment) => segment.Length switch
    {
        2 => segment is "..",
        4 => segment.Equals(".%2e", StringComparison.OrdinalIgnoreCase) || segment.Equals("%2e.", StringComparison.OrdinalIgnoreCase),
        6 => segment.Equals("%2e%2e", StringComparison.OrdinalIgnoreCase),
        _ => false,
    };

    private static string Encode(ReadOnlySpan<char> segment)
    {
        StringBuilder? result = null;
        Span<byte> utf8 = stackalloc byte[4];
        for (var at = 0; at < segment.Length;)
        {
            Rune.DecodeFromUtf16(segment[at..], out var rune, out var length);
            if (rune.IsAscii && rune.Value is > 0x1f and < 0x7f && !Encoded.Contains((char)rune.Value))
            {
                result?.Append((char)rune.Value);
            }
            else
            {
                result ??= new StringBuilder().Append(segment[..at]);
                foreach (var each in utf8[..rune.EncodeToUtf8(utf8)]) result.Append('%').Append(each.ToString("X2", null));
            }

            at += length;
        }

        return result?.ToString() ?? segment.ToString();
    }
}

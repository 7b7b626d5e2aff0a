namespace Skep.Edge.Assets;

/// <summary>Comparing entity tags (https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3.2).</summary>
internal static class EntityTags
{
    private const string Weak = "W/";

    /// <summary>Whether an <c>If-None-Match</c> has the content: weakly compared, as a coded body is the same content.</summary>
    public static bool Match(string? ifNoneMatch, string hash)
    {
        if (ifNoneMatch is null) return false;
        foreach (Range range in ifNoneMatch.AsSpan().Split(','))
        {
            ReadOnlySpan<char> tag = ifNoneMatch.AsSpan()[range].Trim();
            if (tag is "*") return true;
            if (tag.StartsWith(Weak, StringComparison.Ordinal)) tag = tag[Weak.Length..];
            if (tag.Length == hash.Length + 2 && tag[0] == '"' && tag[^1] == '"' && tag[1..^1].SequenceEqual(hash)) return true;
        }

        return false;
    }

    /// <summary>Whether an <c>If-Range</c> lets a range be sent: strongly compared; a date never is, as assets have none.</summary>
    public static bool AllowRange(string? ifRange, string hash) =>
        ifRange is null || (ifRange.Length == hash.Length + 2 && ifRange[0] == '"' && ifRange[^1] == '"' && ifRange.AsSpan(1, hash.Length).SequenceEqual(hash));
}

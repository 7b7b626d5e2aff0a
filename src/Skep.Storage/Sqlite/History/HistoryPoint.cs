using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Skep.Storage.Sqlite.History;

/// <summary>A state that a database was in: after so many pages of a segment's log.</summary>
/// <param name="Epoch">Which history: another one begins when the file was changed by others than its server.</param>
/// <param name="Segment">The segment.</param>
/// <param name="Frame">Pages of its log; 0 is the state before its first commit.</param>
internal readonly record struct HistoryPoint(uint Epoch, uint Segment, uint Frame)
{
    private const int DigestLength = 32;

    /// <summary>The point as a bookmark: its text sorts as time goes by.</summary>
    /// <param name="nonce">The history's own, so that a bookmark of another database is told apart.</param>
    public string ToBookmark(string nonce) => string.Create(CultureInfo.InvariantCulture, $"{Epoch:x8}-{Segment:x8}-{Frame:x8}-{Digest(nonce)}");

    /// <summary>The point of a bookmark; null when it is none, or one of another database.</summary>
    public static HistoryPoint? Read(string bookmark, string nonce)
    {
        if (!LooksLikeOne(bookmark)) return null;
        HistoryPoint point = new(Part(0), Part(9), Part(18));
        return bookmark.EndsWith(point.Digest(nonce), StringComparison.Ordinal) ? point : null;

        uint Part(int start) => uint.Parse(bookmark.AsSpan(start, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }

    /// <summary>Whether a text has the form of bookmarks.</summary>
    public static bool LooksLikeOne(string text) =>
        text.Length == 27 + DigestLength && !text.Where((character, at) => at is 8 or 17 or 26 ? character != '-' : !char.IsAsciiHexDigitLower(character)).Any();

    private string Digest(string nonce) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{nonce}/{Epoch}/{Segment}/{Frame}")))[..DigestLength];
}

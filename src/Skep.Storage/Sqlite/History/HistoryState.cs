using System.Globalization;
using System.Security.Cryptography;
using Skep.Storage.Files;

namespace Skep.Storage.Sqlite.History;

/// <summary>How far the history is, in a file of a line. From it and the log follows after a crash what has been kept, and whether
/// somebody else has changed the database meanwhile.</summary>
/// <param name="Epoch">Which history.</param>
/// <param name="Nonce">Its own random text.</param>
/// <param name="Began">When it began, in milliseconds since 1970.</param>
/// <param name="Segment">The segment that the log's commits belong to.</param>
/// <param name="IsKept">The segment's file is written, and the log may be on its way into the database.</param>
/// <param name="Length">The database file's length when the log was empty last.</param>
/// <param name="Modified">When it was changed last, in ticks.</param>
internal sealed record HistoryState(uint Epoch, string Nonce, long Began, uint Segment, bool IsKept, long Length, long Modified)
{
    /// <summary>There is no history.</summary>
    public static HistoryState None { get; } = new(0, "", 0, 0, IsKept: false, Length: -1, Modified: 0);

    /// <summary>A new history.</summary>
    public static HistoryState Begin(uint epoch, long now) =>
        new(epoch, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), now, Segment: 1, IsKept: false, 0, 0);

    /// <summary>Reads it; null when there is none that can be read.</summary>
    public static HistoryState? Read(string path)
    {
        if (!File.Exists(path)) return null;
        var parts = File.ReadAllText(path).Split(' ');
        return parts.Length == 7
            && uint.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var began)
            && uint.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out var segment)
            && long.TryParse(parts[5], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            && long.TryParse(parts[6].TrimEnd(), NumberStyles.None, CultureInfo.InvariantCulture, out var modified)
                ? new(epoch, parts[1], began, segment, parts[4] == "kept", length, modified)
                : null;
    }

    /// <summary>Writes it so that it is there, or the one before, whatever happens.</summary>
    public void Write(string path) =>
        DurableFile.Write(path, file => file.Write(System.Text.Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{Epoch} {Nonce} {Began} {Segment} {(IsKept ? "kept" : "open")} {Length} {Modified}\n"))));

    /// <summary>The database file is as the state says.</summary>
    public bool Matches(string database) => new FileInfo(database) is { Exists: true } file && file.Length == Length && file.LastWriteTimeUtc.Ticks == Modified;

    /// <summary>The state with the database file as it is now.</summary>
    public HistoryState Of(string database) => new FileInfo(database) is var file ? this with { Length = file.Length, Modified = file.LastWriteTimeUtc.Ticks } : this;
}

using System.Buffers.Binary;

namespace Skep.Storage.Sqlite.History;

/// <summary>When the commits of the log were made, in a file beside it: so that a time can be found again after a crash.</summary>
internal sealed class CommitTimes : IDisposable
{
    private const int Length = 16;

    private readonly FileStream _file;
    private readonly List<HistoryCommit> _commits = [];

    /// <param name="path">The file.</param>
    /// <param name="segment">The segment of the log; what is noted of others is forgotten.</param>
    /// <param name="frames">How many frames the log has: what was noted beyond was never committed.</param>
    /// <param name="otherwise">The time of commits that nothing is noted of.</param>
    public CommitTimes(string path, uint segment, IEnumerable<WalCommit> frames, long otherwise)
    {
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var noted = ReadNoted(segment);
        foreach (var commit in frames) _commits.Add(new HistoryCommit(commit.Frame, commit.DatabasePages, noted.GetValueOrDefault(commit.Frame, otherwise)));
        _file.Seek(0, SeekOrigin.End);
    }

    /// <summary>The commits of the log.</summary>
    public IReadOnlyList<HistoryCommit> Commits => _commits;

    /// <summary>Notes a commit.</summary>
    public void Add(uint segment, HistoryCommit commit)
    {
        _commits.Add(commit);
        Span<byte> note = stackalloc byte[Length];
        BinaryPrimitives.WriteUInt32LittleEndian(note, segment);
        BinaryPrimitives.WriteUInt32LittleEndian(note[4..], commit.Frame);
        BinaryPrimitives.WriteInt64LittleEndian(note[8..], commit.Time);
        _file.Write(note);
    }

    /// <summary>The log is empty again.</summary>
    public void Clear()
    {
        _commits.Clear();
        _file.SetLength(0);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private Dictionary<uint, long> ReadNoted(uint segment)
    {
        Dictionary<uint, long> noted = [];
        var bytes = new byte[_file.Length / Length * Length];
        _file.ReadExactly(bytes);
        for (var at = 0; at < bytes.Length; at += Length)
        {
            var note = bytes.AsSpan(at, Length);
            if (BinaryPrimitives.ReadUInt32LittleEndian(note) == segment)
                noted[BinaryPrimitives.ReadUInt32LittleEndian(note[4..])] = BinaryPrimitives.ReadInt64LittleEndian(note[8..]);
        }

        return noted;
    }
}

/// <summary>A commit in the log.</summary>
/// <param name="Frame">Its last frame.</param>
/// <param name="DatabasePages">How many pages the database has then.</param>
internal readonly record struct WalCommit(uint Frame, uint DatabasePages);

/// <summary>A commit of a segment.</summary>
/// <param name="Frame">Its last frame.</param>
/// <param name="DatabasePages">How many pages the database has then.</param>
/// <param name="Time">When it was made, in milliseconds since 1970.</param>
internal readonly record struct HistoryCommit(uint Frame, uint DatabasePages, long Time);

using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Skep.Storage.Sqlite.History;

/// <summary>Keeps what a SQLite database was, at every commit. SQLite's write-ahead log has each commit's pages; before it is moved into the
/// database, its frames and the pages that they replace are written to a segment. Used by the thread that writes the database.</summary>
/// <remarks>The current database is the only full copy: a state of the past is made by going back from it, segment by segment. What is
/// older than wanted is forgotten by removing the oldest segments. Nobody else may move the log: connections are opened with
/// wal_autocheckpoint 0 and do not do it when they close. Should it happen all the same, a new history begins.</remarks>
internal sealed class PageHistory : IDisposable
{
    private readonly string _database;
    private readonly HistoryFiles _files;
    private readonly HistoryOptions _options;
    private readonly TimeProvider _time;
    private readonly SafeFileHandle _main;
    private readonly List<KeptSegment> _kept = [];
    private HistoryState _state;
    private readonly CommitTimes _commits;

    /// <param name="database">The database's file. It is open, and its log empty or left by a crash.</param>
    /// <param name="folder">Where the history is kept.</param>
    /// <param name="connection">The connection that writes.</param>
    /// <param name="options">How much is kept.</param>
    /// <param name="time">The clock.</param>
    public PageHistory(string database, string folder, ILoggedConnection connection, HistoryOptions options, TimeProvider time)
    {
        _database = database;
        _files = new HistoryFiles(folder);
        _options = options;
        _time = time;
        Directory.CreateDirectory(folder);
        // As long as SQLite has it open: closing any descriptor of it would take SQLite's locks away.
        _main = File.OpenHandle(database, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        _state = HistoryState.Read(_files.State) ?? HistoryState.None;
        _commits = Resume(connection);
        Forget();
    }

    /// <summary>Where the database is now.</summary>
    public HistoryPoint Now => LogFrames switch
    {
        > 0 => new(_state.Epoch, _state.Segment, LogFrames),
        _ when _kept.Count > 0 => new(_state.Epoch, _kept[^1].Number, _kept[^1].Frames),
        _ => new(_state.Epoch, _state.Segment, 0),
    };

    /// <summary>Pages in the log.</summary>
    public uint LogFrames => _commits.Commits.Count == 0 ? 0 : _commits.Commits[^1].Frame;

    /// <summary>The text for a point.</summary>
    public string Bookmark(HistoryPoint point) => point.ToBookmark(_state.Nonce);

    /// <summary>A commit was made.</summary>
    /// <param name="frames">Frames in the log since then.</param>
    public void Committed(int frames)
    {
        if ((uint)frames <= LogFrames) return;
        try
        {
            _commits.Add(_state.Segment, new HistoryCommit((uint)frames, 0, _time.GetUtcNow().ToUnixTimeMilliseconds()));
        }
        catch (IOException full)
        {
            // The commit is made; only its time is lost, and that only if the process is lost too.
            _options.OnFailure?.Invoke(full);
        }
    }

    /// <summary>The last state at a time.</summary>
    /// <exception cref="HistoryException">It is not known any more, or was before the database.</exception>
    public HistoryPoint Find(DateTimeOffset at)
    {
        var wanted = at.ToUnixTimeMilliseconds();
        if (_commits.Commits.LastOrDefault(commit => commit.Time <= wanted) is { Frame: > 0 } last) return new(_state.Epoch, _state.Segment, last.Frame);
        for (var i = _kept.Count - 1; i >= 0; i--)
        {
            if (_kept[i].First > wanted) continue;
            using var segment = HistorySegment.Open(_files.Segment(_kept[i].Number));
            return new(_state.Epoch, segment.Number, segment.Commits.Last(commit => commit.Time <= wanted).Frame);
        }

        var oldest = _kept.Count > 0 ? _kept[0].Number : _state.Segment;
        if (oldest == 1 && wanted >= _state.Began) return new(_state.Epoch, 1, 0);
        var from = DateTimeOffset.FromUnixTimeMilliseconds(oldest == 1 ? _state.Began : _kept.Count > 0 ? _kept[0].First : _state.Began);
        throw new HistoryException($"The history of this database begins at {from:yyyy-MM-ddTHH:mm:ss.fffZ}.");
    }

    /// <summary>Keeps the log's commits in a segment, on the disk. The log may be moved into the database then.</summary>
    /// <exception cref="IOException">It cannot be written; nothing has changed.</exception>
    public void KeepLog()
    {
        if (LogFrames == 0) return;
        WriteSegment();
        _state = _state with { IsKept = true };
        _state.Write(_files.State);
    }

    /// <summary>Moves the log, which was just kept, into the database. False when somebody reads what would be replaced; it can be tried
    /// again, after the log was kept again.</summary>
    /// <param name="connection">The connection that writes.</param>
    public bool TryEmptyLog(ILoggedConnection connection)
    {
        if (LogFrames == 0) return true;
        if (!connection.TryMoveLog()) return false;
        var commits = _commits.Commits;
        _kept.Add(new KeptSegment(_state.Segment, LogFrames, commits[0].Time, commits[^1].Time, new FileInfo(_files.Segment(_state.Segment)).Length));
        BeginSegment(_state.Segment + 1);
        _commits.Clear();
        Forget();
        return true;
    }

    /// <summary>Whether the database can be made what it was at a bookmark.</summary>
    public bool Knows(string bookmark) =>
        HistoryPoint.Read(bookmark, _state.Nonce) is { } point && point.Epoch == _state.Epoch
        && (point.Segment == _state.Segment || _kept.Exists(kept => kept.Number == point.Segment));

    /// <summary>Makes the database what it was. The log must be empty.</summary>
    /// <param name="bookmark">A bookmark of it.</param>
    /// <param name="connection">The connection that writes.</param>
    /// <exception cref="HistoryException">It is no bookmark of this database, or too old.</exception>
    /// <exception cref="InvalidDataException">The history is damaged; nothing has changed.</exception>
    public void Restore(string bookmark, ILoggedConnection connection)
    {
        var point = HistoryPoint.Read(bookmark, _state.Nonce) is { } read && read.Epoch == _state.Epoch
            ? read
            : throw new HistoryException($"\"{bookmark}\" is no bookmark of this database.");
        if (point == Now) return;
        var segments = _kept.Where(kept => kept.Number >= point.Segment).Select(kept => kept.Number).ToList();
        if (segments.Count == 0 || segments[0] != point.Segment) throw new HistoryException($"The state of the bookmark \"{bookmark}\" is not kept any more.");
        try
        {
            HistoryImage.Build(_files, segments, point.Frame, _main, _files.Image);
            foreach (var problem in SqliteFile.ExamineImmutable(_files.Image)) throw new InvalidDataException($"The history of {_database} does not yield a sound database: {problem}");
            connection.ReplaceBy(_files.Image);
        }
        finally
        {
            File.Delete(_files.Image);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _commits.Dispose();
        _main.Dispose();
    }

    private CommitTimes Resume(ILoggedConnection connection)
    {
        using var log = WalFile.Open(_database);
        if (!Continues(log))
        {
            if (!connection.TryMoveLog()) throw new IOException($"{_database} is open elsewhere.");
            _files.Clear();
            _state = HistoryState.Begin(_state.Epoch + 1, _time.GetUtcNow().ToUnixTimeMilliseconds());
            BeginSegment(1);
            return new CommitTimes(_files.Times, _state.Segment, [], 0);
        }

        if (_state.IsKept && log is null) BeginSegment(_state.Segment + 1);
        for (var number = _state.Segment - 1; number > 0 && TryOpen(number) is { } segment; number--)
        {
            using (segment) _kept.Insert(0, new KeptSegment(number, segment.Commits[^1].Frame, segment.Commits[0].Time, segment.Commits[^1].Time, new FileInfo(segment.Path).Length));
        }

        var otherwise = new DateTimeOffset(new FileInfo(_database + "-wal") is { Exists: true } file ? file.LastWriteTimeUtc : DateTime.UnixEpoch).ToUnixTimeMilliseconds();
        return new CommitTimes(_files.Times, _state.Segment, log is null ? [] : CommitsOf(log), otherwise);
    }

    // Whether nobody has moved the log since the state was written.
    private bool Continues(WalFile? log)
    {
        if (!_state.IsKept) return _state.Matches(_database);
        using var segment = TryOpen(_state.Segment);
        return segment is not null && (log is null || segment.Salt == log.Salt);
    }

    private void BeginSegment(uint number)
    {
        _state = (_state with { Segment = number, IsKept = false }).Of(_database);
        _state.Write(_files.State);
    }

    // Damaged, it is as good as none: the history begins after it.
    private HistorySegment? TryOpen(uint number)
    {
        try
        {
            return File.Exists(_files.Segment(number)) ? HistorySegment.Open(_files.Segment(number)) : null;
        }
        catch (InvalidDataException damaged)
        {
            _options.OnFailure?.Invoke(damaged);
            return null;
        }
    }

    private static List<WalCommit> CommitsOf(WalFile log)
    {
        List<WalCommit> commits = [];
        var committed = log.CountCommitted();
        for (var frame = 1u; frame <= committed; frame++)
        {
            if (log.Frame(frame) is { DatabasePages: > 0 } last) commits.Add(new WalCommit(frame, last.DatabasePages));
        }

        return commits;
    }

    // When the log was kept before but could not be moved, part of it may be in the database: what was before is then in the segment only.
    private void WriteSegment()
    {
        using var log = WalFile.Open(_database) ?? throw new InvalidDataException($"The write-ahead log of {_database} is gone.");
        var path = _files.Segment(_state.Segment);
        using var earlier = _state.IsKept ? HistorySegment.Open(path) : null;
        var pagesBefore = earlier?.PagesBefore ?? (uint)(RandomAccess.GetLength(_main) / log.PageSize);
        Dictionary<uint, int> known = earlier is null ? [] : earlier.Before.Select((page, at) => (page, at)).ToDictionary(each => each.page, each => each.at);
        SortedSet<uint> changed = [];
        List<HistoryCommit> commits = [];
        var next = 0;
        for (var frame = 1u; frame <= LogFrames; frame++)
        {
            var head = log.Frame(frame);
            if (head.Page <= pagesBefore) changed.Add(head.Page);
            if (head.DatabasePages == 0) continue;
            // The commits between two that were noted have the time of the later one.
            while (_commits.Commits[next].Frame < frame) next++;
            commits.Add(new HistoryCommit(frame, head.DatabasePages, _commits.Commits[next].Time));
        }

        // What the log cuts off is in none of its frames.
        for (var page = commits[^1].DatabasePages + 1; page <= pagesBefore; page++) changed.Add(page);
        HistorySegment.Write(
            path,
            _state.Segment,
            log,
            commits,
            pagesBefore,
            [.. changed.Select(page => (page, (Action<Memory<byte>>)(into => ReadBefore(page, into.Span))))]);

        void ReadBefore(uint page, Span<byte> into)
        {
            if (known.TryGetValue(page, out var at)) earlier!.ReadBefore(at, into);
            else if (RandomAccess.Read(_main, into, (page - 1L) * into.Length) != into.Length) throw new InvalidDataException($"Page {page} of {_database} cannot be read.");
        }
    }

    private void Forget()
    {
        var oldest = (_time.GetUtcNow() - _options.Keep).ToUnixTimeMilliseconds();
        var bytes = _kept.Sum(segment => segment.Bytes);
        while (_kept.Count > 0 && (_kept[0].Last < oldest || bytes > _options.Bytes))
        {
            File.Delete(_files.Segment(_kept[0].Number));
            bytes -= _kept[0].Bytes;
            _kept.RemoveAt(0);
        }
    }

    private readonly record struct KeptSegment(uint Number, uint Frames, long First, long Last, long Bytes);
}

/// <summary>How much history is kept.</summary>
/// <param name="Keep">How long.</param>
/// <param name="Bytes">How many bytes of each database at most; the oldest go first.</param>
/// <param name="OnFailure">Hears of history that is lost.</param>
internal sealed record HistoryOptions(TimeSpan Keep, long Bytes, Action<Exception>? OnFailure);

/// <summary>What is asked of the history is not in it.</summary>
internal sealed class HistoryException(string message) : Exception(message);

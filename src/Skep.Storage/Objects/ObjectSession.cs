using Microsoft.Win32.SafeHandles;
using Skep.Storage.Disk;
using Skep.Storage.Sqlite;
using Skep.Storage.Sqlite.History;
using SQLitePCL;

namespace Skep.Storage.Objects;

/// <summary>An object's file while it is open.</summary>
internal sealed class ObjectSession : IDisposable
{
    /// <summary>The log is moved to the file when it has so many pages.</summary>
    public const int LogFramesAtMost = 1000;

    private readonly string _path;
    private readonly string _logPath;
    private readonly ObjectMetadata _metadata;
    private IReadOnlyList<string> _changed;
    private PageHistory? _history;
    private SafeFileHandle? _log;
    private bool _epochWritten;

    /// <param name="path">The database.</param>
    /// <param name="maxBytes">What it may grow to.</param>
    /// <param name="isNew">Whether the names of its files may not be on the disk yet.</param>
    /// <param name="changed">The folders in which others were made for it.</param>
    public ObjectSession(string path, long maxBytes, bool isNew, IReadOnlyList<string> changed)
    {
        _changed = changed;
        _path = path;
        _logPath = path + "-wal";
        IsNew = isNew;
        Connection = new ObjectConnection(path, maxBytes);
        Values = new ObjectValues(Connection);
        _metadata = new ObjectMetadata(Connection);
        Facets = new FacetGenerations(Connection);
    }

    public ObjectConnection Connection { get; }

    public ObjectValues Values { get; }

    /// <summary>Which databases its facets have.</summary>
    public FacetGenerations Facets { get; }

    /// <summary>Whether the names of its files may not be on the disk yet.</summary>
    public bool IsNew { get; set; }

    /// <summary>Opens the transaction of a turn.</summary>
    /// <exception cref="SqliteException">The disk failed, or a later host has written.</exception>
    public void Begin(long epoch)
    {
        Values.EndGet();
        Connection.Own("BEGIN IMMEDIATE").Run();
        if (_epochWritten) return;
        CheckEpoch(epoch);
        if (_metadata.Epoch != epoch && epoch != 0) _metadata.Epoch = epoch;
        _epochWritten = true;
    }

    /// <summary>Refuses what belongs to a later host by now.</summary>
    public void CheckEpoch(long epoch)
    {
        if (_metadata.Epoch is { } last && last > epoch && epoch != 0)
            throw new SqliteException(raw.SQLITE_PROTOCOL, $"{_logPath[..^4]} was written by epoch {last}; this host's is {epoch}: another has taken the object over.");
    }

    public void Commit(DateTimeOffset now)
    {
        Values.EndGet();
        Connection.Own("COMMIT").Run();
        LastCommit = now;
    }

    /// <summary>When the last commit of this session was.</summary>
    public DateTimeOffset LastCommit { get; private set; }

    public DateTimeOffset? ReadAlarm() => _metadata.Alarm;

    public void WriteAlarm(DateTimeOffset? due) => _metadata.Alarm = due;

    public byte[] ReadTerms() => _metadata.Terms;

    public void WriteTerms(byte[] terms) => _metadata.Terms = terms;

    /// <summary>Something was undone: what is known of the file may be wrong.</summary>
    public void Forget()
    {
        Values.Forget();
        Facets.Forget();
        _metadata.Forget();
    }

    public long Size()
    {
        Values.EndGet();
        var pages = Connection.Own("SELECT (SELECT page_count FROM pragma_page_count) - (SELECT freelist_count FROM pragma_freelist_count)");
        pages.StepTrusted();
        var count = pages.Int64(0);
        pages.Reset();
        return count * ObjectConnection.PageSize;
    }

    /// <summary>Removes all tables, in a transaction of its own within that of the turn's.</summary>
    /// <param name="epoch">The host's.</param>
    /// <param name="alarm">The alarm goes, too.</param>
    /// <param name="facets">The generation of facets that begins; null: there are none.</param>
    public void Clear(long epoch, bool alarm, long? facets)
    {
        Values.EndGet();
        Connection.Own("COMMIT").Run();
        Connection.Execute("PRAGMA foreign_keys = OFF");
        try
        {
            Connection.Own("BEGIN IMMEDIATE").Run();
            foreach (var (type, name) in Named()) Connection.Execute($"DROP {type} IF EXISTS \"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
            Values.DeleteAll();
            if (alarm && _metadata.Alarm is not null) _metadata.Alarm = null;
            if (facets is { } generation) Facets.Clear(generation);
            Connection.Execute("PRAGMA incremental_vacuum");
            Connection.Own("COMMIT").Run();
        }
        catch
        {
            if (Connection.InTransaction) Connection.Execute("ROLLBACK");
            Forget();
            throw;
        }
        finally
        {
            if (!Connection.InTransaction) Connection.Execute("PRAGMA foreign_keys = ON");
        }

        Begin(epoch);
    }

    /// <summary>Waits until all commits so far are on the disk. May run beside others that use the session.</summary>
    public void SyncLog()
    {
        _log ??= File.OpenHandle(_logPath, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        FileSync.Data(_log);
        if (!IsNew) return;
        FolderSync.Flush(Path.GetDirectoryName(_logPath)!);
        foreach (var folder in _changed) FolderSync.Flush(folder);
        _changed = [];
        IsNew = false;
    }

    /// <summary>What the object was at every commit. It begins with its first use, and no page of the log is moved without it.</summary>
    public PageHistory History(HistoryOptions options, TimeProvider time)
    {
        Values.EndGet();
        _history ??= new PageHistory(_path, _path[..^ObjectFile.Extension.Length] + "-history", Connection, options, time);
        _history.Committed(Connection.LogFrames);
        return _history;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Closing SQLite's connection ends an open transaction as if it had never been.
        Connection.Dispose();
        _log?.Dispose();
        // Last: closing any descriptor of the file takes SQLite's lock away.
        _history?.Dispose();
    }

    private List<(string Type, string Name)> Named()
    {
        List<(string, string)> found = [];
        var names = Connection.Own(
            "SELECT type, name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\' "
            + "ORDER BY type = 'table', sql NOT LIKE 'CREATE VIRTUAL%'");
        while (names.StepTrusted()) found.Add((System.Text.Encoding.UTF8.GetString(names.Bytes(0)), System.Text.Encoding.UTF8.GetString(names.Bytes(1))));
        names.Reset();
        return found;
    }
}

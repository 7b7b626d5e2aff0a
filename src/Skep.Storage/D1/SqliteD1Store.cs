using System.Collections.Concurrent;
using System.Diagnostics;
using Skep.Abstractions.D1;
using Skep.Storage.Disk;
using Skep.Storage.Sqlite;
using Skep.Storage.Sqlite.Guest;

namespace Skep.Storage.D1;

/// <summary>D1 databases, each a SQLite file in a folder of its own with its history beside it: write-ahead log, synced at each commit, and
/// as many calls to a commit as wait for one.</summary>
public sealed class SqliteD1Store : ID1Store, ID1Upkeep, IAsyncDisposable
{
    private readonly D1StoreOptions _options;
    private readonly TimeProvider _time;
    private readonly CommitThreads _threads;
    private readonly OpenFiles<D1Database> _databases;
    private readonly ConcurrentDictionary<string, Task> _closing = new(StringComparer.Ordinal);
    private int _disposed;

    /// <summary>Opens the folder; makes it when there is none.</summary>
    public SqliteD1Store(D1StoreOptions options, TimeProvider time)
    {
        Directory.CreateDirectory(options.Folder);
        _options = options;
        _time = time;
        _threads = new CommitThreads("d1", options.Threads);
        _databases = new OpenFiles<D1Database>(options.OpenDatabases, Open, D1Exception.NoDatabase);
    }

    /// <inheritdoc/>
    public ValueTask<D1Answer> QueryAsync(string databaseId, ReadOnlyMemory<byte> queries, CancellationToken cancellation = default)
    {
        var isRead = D1Run.LooksLikeRead(queries.Span);
        if (!isRead || !_databases.TryRetain(databaseId, out var database)) return QuerySlowlyAsync(databaseId, queries, isRead);
        try
        {
            // A short read of what is in memory costs less than a change of threads.
            if (database.TryReadNow(queries) is { } answer) return new(answer);
        }
        catch (Exception failure)
        {
            throw Failed(failure);
        }
        finally
        {
            database.Release();
        }

        return QuerySlowlyAsync(databaseId, queries, isRead);
    }

    /// <inheritdoc/>
    public async ValueTask CreateDatabaseAsync(string databaseId)
    {
        try
        {
            (await _databases.RetainAsync(databaseId, create: true).ConfigureAwait(false)).Release();
        }
        catch (Exception failure)
        {
            throw Failed(failure);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DropDatabaseAsync(string databaseId)
    {
        try
        {
            var folder = FolderOf(databaseId);
            await _databases.DropAsync(databaseId, () =>
            {
                if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
            }).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            throw Failed(failure);
        }
    }

    /// <inheritdoc/>
    public ValueTask<D1Size> MeasureAsync(string databaseId) => WithAsync(databaseId, database => database.OnReadThreadAsync(reader =>
        new D1Size(database.Size, (int)reader.Number("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"))));

    /// <inheritdoc/>
    public ValueTask<D1Imported> ImportAsync(string databaseId, Stream sql) => WithAsync(databaseId, database => database.BetweenAsync(() =>
    {
        var began = Stopwatch.GetTimestamp();
        var before = database.Writer.Connection.TotalChanges;
        var (statements, read) = database.Writer.Transaction(() => new D1Import(database.Writer.Connection, sql, _options.QueryTime).Run());
        var written = database.Writer.Connection.TotalChanges - before;
        return new D1Imported(statements, Stopwatch.GetElapsedTime(began), read, written, database.Size, database.Writer.Bookmark);
    }));

    /// <inheritdoc/>
    public ValueTask ExportAsync(string databaseId, D1ExportOptions options, Stream to) => new(WithAsync(databaseId, database => Task.Run(() =>
    {
        using var reader = database.OpenReader();
        reader.Execute("BEGIN");
        new D1Export(reader, options, to).Write();
        to.Flush();
        return true;
    })).AsTask());

    /// <inheritdoc/>
    public ValueTask<string> FindBookmarkAsync(string databaseId, DateTimeOffset? at) =>
        WithAsync(databaseId, database => database.BetweenAsync(() => at is { } time ? database.Find(time) : database.Writer.Bookmark));

    /// <inheritdoc/>
    public ValueTask<D1Restored> RestoreAsync(string databaseId, string bookmark) =>
        WithAsync(databaseId, database => database.BetweenAsync(() => database.Restore(bookmark)));

    /// <summary>Finishes what is under way and closes the files.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await _databases.CloseAsync().ConfigureAwait(false);
        _threads.Dispose();
    }

    private ValueTask<D1Answer> QuerySlowlyAsync(string databaseId, ReadOnlyMemory<byte> queries, bool isRead) => WithAsync(databaseId, async database =>
        (isRead ? await database.ReadAsync(queries).ConfigureAwait(false) : null) ?? await database.WriteAsync(queries).ConfigureAwait(false));

    private async ValueTask<T> WithAsync<T>(string databaseId, Func<D1Database, Task<T>> use)
    {
        try
        {
            if (!_databases.TryRetain(databaseId, out var database)) database = await _databases.RetainAsync(databaseId, _options.CreateMissing).ConfigureAwait(false);
            try
            {
                return await use(database).ConfigureAwait(false);
            }
            finally
            {
                database.Release();
            }
        }
        catch (Exception failure)
        {
            throw Failed(failure);
        }
    }

    private D1Database Open(string id, bool create)
    {
        var folder = FolderOf(id);
        if (!File.Exists(Path.Combine(folder, D1Database.FileName)))
        {
            if (!create) throw D1Exception.NoDatabase();
            Directory.CreateDirectory(folder);
        }

        if (!create) FileTrouble.ThrowIfEmptied(Path.Combine(folder, D1Database.FileName));
        // One that made room a moment ago keeps its history yet: two must not do that.
        if (_closing.TryGetValue(id, out var before)) before.GetAwaiter().GetResult();
        D1Database opened = new(folder, _options, _threads, _time);
        _closing[id] = opened.Closed;
        opened.Closed.ContinueWith(closed => _closing.TryRemove(new(id, closed)), TaskScheduler.Default);
        return opened;
    }

    private string FolderOf(string id) => Path.Combine(_options.Folder, FileNames.Of(id));

    private D1Exception Failed(Exception failure)
    {
        if (D1Failures.IsOfTheFile(failure)) _options.OnFailure?.Invoke(failure);
        return D1Failures.Translate(failure);
    }
}

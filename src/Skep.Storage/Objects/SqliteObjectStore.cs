using Skep.Abstractions.Errors;
using Skep.Abstractions.Objects;
using Skep.Storage.Sqlite;
using Skep.Storage.Sqlite.History;
using SQLitePCL;

namespace Skep.Storage.Objects;

/// <summary>The storage of Durable Objects: a SQLite file for each, opened by the process that hosts the object, and by no other meanwhile.</summary>
public sealed class SqliteObjectStore : IObjectStore, IAsyncDisposable
{
    private const string Deleted = ".deleted";

    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(10);

    private readonly ObjectStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly CommitThreads _threads;
    private readonly OpenFiles _files;

    /// <summary>Uses the folder; it is made with the first object.</summary>
    public SqliteObjectStore(ObjectStoreOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _threads = new CommitThreads("object sync", options.SyncThreads);
        _files = new OpenFiles(options, _threads, time);
    }

    /// <summary>How many files are open now.</summary>
    public int OpenFileCount => _files.Count;

    /// <inheritdoc/>
    public ValueTask<IObjectStorage> OpenAsync(ObjectAddress address, ObjectClass objectClass, CancellationToken cancellation = default) =>
        OpenAsync(address, objectClass, epoch: 0, cancellation);

    /// <summary>Opens the storage of an object for one of its hosts.</summary>
    /// <param name="address">The object.</param>
    /// <param name="objectClass">Its class.</param>
    /// <param name="epoch">The fencing token that ownership came with; it grows whenever the object changes its host. The first write stores it; where a greater
    /// one is stored the host is refused. 0: there are no other hosts.</param>
    /// <param name="cancellation">Gives up waiting for the former host to let go.</param>
    /// <exception cref="ObjectUnavailableException">Another process holds it, or a later host has written to it.</exception>
    /// <exception cref="ObjectStorageException">It cannot be read.</exception>
    public async ValueTask<IObjectStorage> OpenAsync(ObjectAddress address, ObjectClass objectClass, long epoch, CancellationToken cancellation = default)
    {
        if (!ObjectFile.IsId(address.Id)) throw new ArgumentException($"\"{address.Id}\" is no id of an object.", nameof(address));
        return await OpenAsync(new ObjectFile(_options, address.NamespaceId, address.Id), address, objectClass.Sqlite, epoch, _options.Alarms, cancellation).ConfigureAwait(false);
    }

    // Facets have no alarms (yet, in Cloudflare's words).
    private ValueTask<IObjectStorage> OpenFacetAsync(ObjectFile file, ObjectAddress address, bool sqlite, long epoch, CancellationToken cancellation) =>
        OpenAsync(file, address, sqlite, epoch, alarms: null, cancellation);

    private async ValueTask<IObjectStorage> OpenAsync(ObjectFile file, ObjectAddress address, bool sqlite, long epoch, IObjectAlarms? alarms, CancellationToken cancellation)
    {
        var session = file.Exists ? await OpenAsync(file, epoch, cancellation).ConfigureAwait(false) : null;
        ObjectStorage storage;
        try
        {
            if (session is not null && file.Restore.IsPlanned) await RestoreAsync(address, file, session, alarms).ConfigureAwait(false);
            if (session is not null && file.Facets.Any && ObjectStorage.FindDeletedFacets(file, session, _options.OnFailure) is { Count: > 0 } deleted)
                _threads.Run(() => ObjectStorage.Remove(deleted, _options.OnFailure));
            storage = new ObjectStorage(_files, file, address, sqlite, epoch, session, alarms, OpenFacetAsync);
        }
        catch (SqliteException failure)
        {
            session?.Dispose();
            throw Failed(file, failure);
        }

        if (session is not null) _files.Opened(storage);
        return storage;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoredObject>> ListAsync(string namespaceId, string? after, int limit)
    {
        var folder = ObjectFile.Folder(_options, namespaceId);
        IReadOnlyList<StoredObject> found = !Directory.Exists(folder) ? [] :
        [
            .. Directory.EnumerateFiles(folder, "*" + ObjectFile.Extension, SearchOption.AllDirectories)
                .Select(path => Path.GetFileNameWithoutExtension(path))
                .Where(id => ObjectFile.IsId(id) && string.CompareOrdinal(id, after) > 0)
                .Order(StringComparer.Ordinal)
                .Take(limit)
                .Select(id => new StoredObject(id, HasStoredData: true)),
        ];
        return new(found);
    }

    /// <inheritdoc/>
    public async ValueTask DeleteNamespaceAsync(string namespaceId)
    {
        var folder = ObjectFile.Folder(_options, namespaceId);
        try
        {
            // An alarm whose object is gone has nobody to call, and would be tried for good.
            if (_options.Alarms is { } alarms) await alarms.ForgetAsync(namespaceId).ConfigureAwait(false);
            if (!Directory.Exists(folder)) return;
            // First out of the way in one step: a crash leaves no half of a namespace that somebody could open.
            var doomed = folder + Deleted;
            if (Directory.Exists(doomed)) Directory.Delete(doomed, recursive: true);
            Directory.Move(folder, doomed);
            Directory.Delete(doomed, recursive: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw NotDeleted(failure);
        }
    }

    /// <summary>Ends what a crash has cut short: removes what was being deleted.</summary>
    public ValueTask SweepAsync()
    {
        if (!Directory.Exists(_options.Folder)) return default;
        try
        {
            foreach (var doomed in Directory.EnumerateDirectories(_options.Folder, "*" + Deleted)) Directory.Delete(doomed, recursive: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw NotDeleted(failure);
        }

        return default;
    }

    /// <summary>Closes what is open: what was committed is waited for.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var storage in _files.All()) await storage.DisposeAsync().ConfigureAwait(false);
        _threads.Dispose();
    }

    private async Task RestoreAsync(ObjectAddress address, ObjectFile file, ObjectSession session, IObjectAlarms? alarms)
    {
        try
        {
            file.Restore.CarryOut(session, _files.History, _time);
        }
        catch (Exception failure) when (failure is HistoryException or InvalidDataException)
        {
            // The object goes on as it is rather than never again.
            _options.OnFailure?.Invoke(failure);
            file.Restore.Drop();
            return;
        }

        if (alarms is not null) await alarms.NoteAsync(address, session.ReadAlarm()).ConfigureAwait(false);
    }

    private async ValueTask<ObjectSession> OpenAsync(ObjectFile file, long epoch, CancellationToken cancellation)
    {
        var deadline = _time.GetTimestamp();
        while (true)
        {
            try
            {
                return file.Open(epoch);
            }
            catch (SqliteException failure) when ((failure.Code & 0xff) == raw.SQLITE_BUSY)
            {
                if (_time.GetElapsedTime(deadline) < _options.Patience)
                {
                    await Task.Delay(BetweenAttempts, _time, cancellation).ConfigureAwait(false);
                    continue;
                }

                throw Unavailable("The Durable Object's storage is held by another process.");
            }
            catch (SqliteException failure) when ((failure.Code & 0xff) == raw.SQLITE_PROTOCOL)
            {
                _options.OnFailure?.Invoke(failure);
                throw Unavailable("The Durable Object has moved to another process.");
            }
            catch (SqliteException failure)
            {
                throw Failed(file, failure);
            }
        }
    }

    private static ObjectUnavailableException Unavailable(string message) => new(new WorkerError(WorkerErrorCode.Exception, message), retryable: true);

    private ObjectStorageException NotDeleted(Exception failure)
    {
        _options.OnFailure?.Invoke(failure);
        return new ObjectStorageException(ObjectStorageError.Failed, "The objects of the namespace could not be deleted; the server's log says why.", failure);
    }

    private ObjectStorageException Failed(ObjectFile file, SqliteException failure)
    {
        _options.OnFailure?.Invoke(SqlErrors.ToldOperator(file.Path, failure));
        return SqlErrors.Translate(failure);
    }
}

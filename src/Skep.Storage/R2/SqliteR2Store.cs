using System.Runtime.ExceptionServices;
using Skep.Abstractions.R2;
using Skep.Storage.Disk;
using Skep.Storage.Sqlite;

namespace Skep.Storage.R2;

/// <summary>R2 buckets, each in a folder of its own: what is known of objects in SQLite, with short content beside it, long content in
/// files. What was acknowledged is on the disk.</summary>
public sealed class SqliteR2Store : IR2Administration, IAsyncDisposable
{
    private readonly R2StoreOptions _options;
    private readonly TimeProvider _time;
    private readonly CommitThreads _threads;
    private readonly OpenFiles<R2Bucket> _buckets;
    private int _disposed;

    /// <summary>Opens the folder; makes it when there is none.</summary>
    public SqliteR2Store(R2StoreOptions options, TimeProvider time)
    {
        Directory.CreateDirectory(options.Folder);
        _options = options;
        _time = time;
        _threads = new CommitThreads("r2 writer", options.Writers);
        _buckets = new OpenFiles<R2Bucket>(options.OpenBuckets, Open, R2Exception.NoBucket);
    }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public ValueTask<R2Object?> HeadAsync(string bucket, string key, CancellationToken cancellation = default)
    {
        R2Rules.CheckKey(key);
        return ReadAsync(bucket, key, static (reader, wanted) => reader.Head(wanted), cancellation);
    }

    /// <inheritdoc/>
    public ValueTask<R2Read?> GetAsync(string bucket, R2Get request, CancellationToken cancellation = default)
    {
        R2Rules.CheckKey(request.Key);
        if (!_buckets.TryRetain(bucket, out var open)) return GetSlowlyAsync(bucket, request, cancellation);
        var epoch = open.Epochs.Enter();
        var leave = true;
        try
        {
            // Finding an object costs less than a change of threads.
            return open.TryRead(request.Key, static (reader, key) => (Known: true, Found: reader.Find(key)), out var answer) && answer.Known
                ? new(Opened(open, request, answer.Found, epoch, ref leave))
                : GetSlowlyAsync(bucket, request, cancellation);
        }
        catch (Exception failure)
        {
            throw Failed(failure);
        }
        finally
        {
            if (leave) open.Leave(epoch);
            open.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<R2Object?> PutAsync(string bucket, R2Put request, R2Body body, CancellationToken cancellation = default)
    {
        R2Rules.CheckPut(request);
        return await UseAsync(bucket, async open =>
        {
            var content = await open.Intake.TakeAsync(body, request.Expected, toFile: false, cancellation).ConfigureAwait(false);
            return await StoreAsync(
                open,
                content,
                new R2Commit<R2Object?>(tables => tables.Put(request, content, Now), content.Bytes.Length + request.Key.Length + 256L),
                static stored => stored is not null).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(string bucket, IReadOnlyList<string> keys)
    {
        R2Rules.CheckDelete(keys);
        await CommitAsync(bucket, tables => tables.Delete(keys)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<R2Page> ListAsync(string bucket, R2ListQuery query, CancellationToken cancellation = default)
    {
        R2Rules.CheckLimit(query.Limit);
        return ReadOnPoolAsync(bucket, reader => reader.List(query), cancellation);
    }

    /// <inheritdoc/>
    public ValueTask<string> CreateUploadAsync(string bucket, R2Put request)
    {
        R2Rules.CheckPut(request);
        return CommitAsync(bucket, tables => R2UploadTables.Create(tables, request, Now));
    }

    /// <inheritdoc/>
    public async ValueTask<R2Part> PutPartAsync(string bucket, R2PartPut part, R2Body body, CancellationToken cancellation = default)
    {
        R2Rules.CheckKey(part.Key);
        R2Rules.CheckPartNumber(part.Number);
        return await UseAsync(bucket, async open =>
        {
            var content = await open.Intake.TakeAsync(body, part.Expected, toFile: true, cancellation).ConfigureAwait(false);
            return await StoreAsync(open, content, new R2Commit<R2Part>(tables => R2UploadTables.Put(tables, part, content, Now)), static _ => true).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<R2Object> CompleteUploadAsync(string bucket, string key, string uploadId, IReadOnlyList<R2PartName> parts) =>
        CommitAsync(bucket, tables => R2UploadTables.Complete(tables, key, uploadId, parts, Now));

    /// <inheritdoc/>
    public async ValueTask AbortUploadAsync(string bucket, string key, string uploadId) =>
        await CommitAsync(bucket, tables => R2UploadTables.Abort(tables, key, uploadId, Now)).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask CreateBucketAsync(string bucket)
    {
        try
        {
            (await _buckets.RetainAsync(bucket, create: true).ConfigureAwait(false)).Release();
        }
        catch (Exception failure)
        {
            throw Failed(failure);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DropBucketAsync(string bucket)
    {
        if (!File.Exists(FolderOf(bucket).Database)) return;
        // Before it is closed for the others.
        if (await UsageAsync(bucket).ConfigureAwait(false) is not { Objects: 0, Uploads: 0 }) throw R2Exception.NotEmpty();
        try
        {
            await _buckets.DropAsync(bucket, () =>
            {
                using (R2Reader last = new(FolderOf(bucket).Database))
                {
                    if (last.Usage() is not { Objects: 0, Uploads: 0 }) throw R2Exception.NotEmpty();
                }

                Directory.Delete(PathOf(bucket), recursive: true);
            }).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            throw Failed(failure);
        }
    }

    /// <inheritdoc/>
    public async ValueTask SetStorageClassAsync(string bucket, string storageClass) =>
        await CommitAsync(bucket, tables => tables.StorageClass = R2StorageClasses.Check(storageClass)).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask<R2Usage> UsageAsync(string bucket, CancellationToken cancellation = default) =>
        ReadOnPoolAsync(bucket, static reader => reader.Usage(), cancellation);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<R2Upload>> ListUploadsAsync(
        string bucket, string prefix, string afterKey, string afterId, int limit, CancellationToken cancellation = default) =>
        ReadOnPoolAsync(bucket, reader => reader.Uploads(prefix, afterKey, afterId, limit), cancellation);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<R2Part>> ListPartsAsync(
        string bucket, string key, string uploadId, int after, int limit, CancellationToken cancellation = default) =>
        ReadOnPoolAsync(bucket, reader => reader.UploadParts(key, uploadId, after, limit) ?? throw R2Exception.NoUpload(), cancellation);

    /// <inheritdoc/>
    public ValueTask<int> ApplyLifecycleAsync(string bucket, IReadOnlyList<R2LifecycleRule> rules, CancellationToken cancellation = default) =>
        CommitAsync(bucket, tables => R2Lifecycle.Apply(tables, rules, _time.GetUtcNow()));

    /// <summary>Finishes what is under way and closes the files.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await _buckets.CloseAsync().ConfigureAwait(false);
        _threads.Dispose();
    }

    private async ValueTask<R2Read?> GetSlowlyAsync(string bucket, R2Get request, CancellationToken cancellation) => await UseAsync(bucket, async open =>
    {
        var epoch = open.Epochs.Enter();
        var leave = true;
        try
        {
            var found = await Task.Run(() => open.Read(request.Key, static (reader, key) => reader.Find(key)), cancellation).ConfigureAwait(false);
            return Opened(open, request, found, epoch, ref leave);
        }
        finally
        {
            if (leave) open.Leave(epoch);
        }
    }).ConfigureAwait(false);

    /// <summary>Opens what was found.</summary>
    /// <param name="leave">False when the content's files are opened later: they stay until they are read.</param>
    private static R2Read? Opened(R2Bucket open, R2Get request, R2Found? found, long epoch, ref bool leave)
    {
        if (found is null) return null;
        if (request.Condition is { } condition && !condition.Holds(found.Object)) return R2Read.Refused(found.Object);
        var (offset, length) = request.Range is { } range ? range.Resolve(found.Object.Size) ?? throw R2Exception.InvalidRange() : (0, found.Object.Size);
        if (found.Bytes is { } bytes) return R2Read.Of(found.Object, offset, bytes.AsMemory((int)offset, (int)length));
        if (found.Blob is { } blob) return R2Read.Of(found.Object, offset, length, new R2FileBody(open.Folder.Open(blob), offset, length));
        leave = false;
        return R2Read.Of(found.Object, offset, length, new R2PartsBody(open.Folder, Cut(found.Parts!, offset, length), () => open.Leave(epoch)));
    }

    /// <summary>The pieces of the parts that a range is made of.</summary>
    private static List<R2Piece> Cut(IReadOnlyList<R2Piece> parts, long offset, long length)
    {
        List<R2Piece> pieces = [];
        foreach (var part in parts)
        {
            if (length == 0) break;
            if (offset < part.Length)
            {
                var wanted = Math.Min(part.Length - offset, length);
                pieces.Add(new R2Piece(part.Blob, offset, wanted));
                length -= wanted;
            }

            offset = Math.Max(offset - part.Length, 0);
        }

        return pieces;
    }

    /// <summary>Commits content that has come in; its file is discarded when it is not stored.</summary>
    private static async Task<T> StoreAsync<T>(R2Bucket open, R2Content content, R2Commit<T> commit, Func<T, bool> isStored)
    {
        var stored = false;
        try
        {
            var result = await open.CommitAsync(commit).ConfigureAwait(false);
            stored = isStored(result);
            return result;
        }
        finally
        {
            if (!stored && content.Blob is { } blob) open.Folder.Discard(blob);
        }
    }

    private ValueTask<T> CommitAsync<T>(string bucket, Func<R2Tables, T> apply) => UseAsync(bucket, open => open.CommitAsync(new R2Commit<T>(apply)));

    private ValueTask<T> ReadAsync<TState, T>(string bucket, TState state, Func<R2Reader, TState, T> read, CancellationToken cancellation)
    {
        if (!_buckets.TryRetain(bucket, out var open)) return ReadOnPoolAsync(bucket, reader => read(reader, state), cancellation);
        try
        {
            return open.TryRead(state, read, out var result) ? new(result!) : ReadOnPoolAsync(bucket, reader => read(reader, state), cancellation);
        }
        catch (Exception failure)
        {
            throw Failed(failure);
        }
        finally
        {
            open.Release();
        }
    }

    // On a thread of the pool, which may wait for the disk.
    private ValueTask<T> ReadOnPoolAsync<T>(string bucket, Func<R2Reader, T> read, CancellationToken cancellation) =>
        UseAsync(bucket, open => Task.Run(() => open.Read(read, static (reader, action) => action(reader)), cancellation));

    private async ValueTask<T> UseAsync<T>(string bucket, Func<R2Bucket, Task<T>> use)
    {
        try
        {
            if (!_buckets.TryRetain(bucket, out var open)) open = await _buckets.RetainAsync(bucket, _options.CreateMissing).ConfigureAwait(false);
            try
            {
                return await use(open).ConfigureAwait(false);
            }
            finally
            {
                open.Release();
            }
        }
        catch (R2SourceException source)
        {
            ExceptionDispatchInfo.Throw(source.InnerException!);
            throw;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            throw Failed(failure);
        }
    }

    private R2Bucket Open(string bucket, bool create)
    {
        var folder = FolderOf(bucket);
        if (create) Directory.CreateDirectory(PathOf(bucket));
        else if (!File.Exists(folder.Database)) throw R2Exception.NoBucket();
        return new R2Bucket(folder, _options, _threads, create);
    }

    private R2Folder FolderOf(string bucket) => new(PathOf(bucket));

    private string PathOf(string bucket) => Path.Combine(_options.Folder, FileNames.Of(bucket));

    private R2Exception Failed(Exception failure)
    {
        if (failure is not R2Exception) _options.OnFailure?.Invoke(failure);
        return R2Failures.Translate(failure);
    }
}

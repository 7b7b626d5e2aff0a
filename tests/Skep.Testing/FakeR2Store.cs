using System.Collections.Concurrent;
using System.Security.Cryptography;
using Skep.Abstractions.R2;

namespace Skep.Testing;

/// <summary>R2 buckets in memory. Reads of single objects may complete at once; everything else takes another thread, as over a socket.</summary>
public sealed class FakeR2Store : IR2Store
{
    private readonly SortedDictionary<string, (R2Object Object, byte[] Content)> _objects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (R2Put Put, SortedDictionary<int, byte[]> Parts)> _uploads = [];
    private readonly Lock _gate = new();
    private int _versions;

    /// <summary>Answers reads before they return, with content that is all there.</summary>
    public bool ReadsAtOnce { get; init; }

    /// <summary>What everything fails with.</summary>
    public Exception? Failure { get; set; }

    /// <summary>The keys of objects whose content was read to its end or given up.</summary>
    public ConcurrentQueue<string> Closed { get; } = new();

    public async ValueTask<R2Object?> HeadAsync(string bucket, string key, CancellationToken cancellation = default)
    {
        await Task.Yield();
        R2Rules.CheckKey(key);
        return Find(bucket, key)?.Object;
    }

    public ValueTask<R2Read?> GetAsync(string bucket, R2Get request, CancellationToken cancellation = default)
    {
        R2Rules.CheckKey(request.Key);
        return ReadsAtOnce ? new(Read(bucket, request)) : LaterAsync();

        async ValueTask<R2Read?> LaterAsync()
        {
            await Task.Yield();
            return Read(bucket, request);
        }
    }

    public async ValueTask<R2Object?> PutAsync(string bucket, R2Put request, R2Body body, CancellationToken cancellation = default)
    {
        R2Rules.CheckPut(request);
        var content = await TakeAsync(body, cancellation);
        if (request.Expected.Md5 is { } md5 && md5 != Hash(content)) throw R2Exception.BadDigest("MD5", md5, Hash(content));
        lock (_gate)
        {
            if (request.Condition is { } condition && !condition.Holds(Find(bucket, request.Key)?.Object)) return null;
            return Store(bucket, request, content, Hash(content));
        }
    }

    public async ValueTask DeleteAsync(string bucket, IReadOnlyList<string> keys)
    {
        R2Rules.CheckDelete(keys);
        await Task.Yield();
        lock (_gate)
        {
            foreach (var key in keys) _objects.Remove(Path(bucket, key));
        }
    }

    public async ValueTask<R2Page> ListAsync(string bucket, R2ListQuery query, CancellationToken cancellation = default)
    {
        R2Rules.CheckLimit(query.Limit);
        await Task.Yield();
        lock (_gate)
        {
            List<R2Object> found = [];
            SortedSet<string> prefixes = new(StringComparer.Ordinal);
            foreach (var (path, (each, _)) in _objects)
            {
                if (!path.StartsWith(Path(bucket, query.Prefix), StringComparison.Ordinal)) continue;
                if (query.Cursor is { } cursor && string.CompareOrdinal(each.Key, cursor) <= 0) continue;
                if (query.StartAfter is { } after && string.CompareOrdinal(each.Key, after) <= 0) continue;
                var end = query.Delimiter.Length == 0 ? -1 : each.Key.IndexOf(query.Delimiter, query.Prefix.Length, StringComparison.Ordinal);
                if (end >= 0)
                {
                    prefixes.Add(each.Key[..(end + query.Delimiter.Length)]);
                    continue;
                }

                if (found.Count == query.Limit) return new R2Page(found, [.. prefixes], found[^1].Key);
                found.Add(each with { Http = query.WithHttp ? each.Http : null, Custom = query.WithCustom ? each.Custom : null });
            }

            return new R2Page(found, [.. prefixes], null);
        }
    }

    public async ValueTask<string> CreateUploadAsync(string bucket, R2Put request)
    {
        R2Rules.CheckPut(request);
        await Task.Yield();
        var id = $"upload-{Interlocked.Increment(ref _versions)}";
        lock (_gate) _uploads[id] = (request, []);
        return id;
    }

    public async ValueTask<R2Part> PutPartAsync(string bucket, R2PartPut part, R2Body body, CancellationToken cancellation = default)
    {
        var content = await TakeAsync(body, cancellation);
        lock (_gate)
        {
            if (!_uploads.TryGetValue(part.UploadId, out var upload)) throw R2Exception.NoUpload();
            upload.Parts[part.Number] = content;
        }

        return new R2Part(part.Number, Hash(content), content.Length, 0);
    }

    public async ValueTask<R2Object> CompleteUploadAsync(string bucket, string key, string uploadId, IReadOnlyList<R2PartName> parts)
    {
        await Task.Yield();
        lock (_gate)
        {
            if (!_uploads.Remove(uploadId, out var upload)) throw R2Exception.NoUpload();
            byte[] content = [.. parts.OrderBy(part => part.Number).SelectMany(part => upload.Parts[part.Number])];
            return Store(bucket, upload.Put, content, $"{Hash(content)}-{parts.Count}");
        }
    }

    public async ValueTask AbortUploadAsync(string bucket, string key, string uploadId)
    {
        await Task.Yield();
        lock (_gate)
        {
            if (!_uploads.Remove(uploadId)) throw R2Exception.NoUpload();
        }
    }

    private static string Path(string bucket, string key) => $"{bucket}\0{key}";

    private static string Hash(byte[] content)
    {
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        md5.AppendData(content);
        return Convert.ToHexStringLower(md5.GetHashAndReset());
    }

    private async ValueTask<byte[]> TakeAsync(R2Body body, CancellationToken cancellation)
    {
        await Task.Yield();
        if (Failure is { } failure) throw failure;
        if (body.Content is null) return body.Bytes.ToArray();
        using MemoryStream all = new();
        await body.Content.CopyToAsync(all, cancellation);
        return all.ToArray();
    }

    private (R2Object Object, byte[] Content)? Find(string bucket, string key)
    {
        if (Failure is { } failure) throw failure;
        lock (_gate) return _objects.TryGetValue(Path(bucket, key), out var found) ? found : null;
    }

    private R2Object Store(string bucket, R2Put put, byte[] content, string etag)
    {
        R2Object stored = new()
        {
            Key = put.Key,
            Version = $"version-{Interlocked.Increment(ref _versions)}",
            Size = content.Length,
            ETag = etag,
            Uploaded = 1_700_000_000_500,
            StorageClass = put.StorageClass ?? R2StorageClasses.Standard,
            Http = put.Http,
            Custom = put.Custom,
            Checksums = put.Expected with { Md5 = etag.Length == 32 ? etag : null },
        };
        _objects[Path(bucket, put.Key)] = (stored, content);
        return stored;
    }

    private R2Read? Read(string bucket, R2Get request)
    {
        if (Find(bucket, request.Key) is not { } found) return null;
        if (request.Condition is { } condition && !condition.Holds(found.Object)) return R2Read.Refused(found.Object);
        var (offset, length) = request.Range is { } range ? range.Resolve(found.Content.Length) ?? throw R2Exception.InvalidRange() : (0, found.Content.Length);
        var content = found.Content.AsMemory((int)offset, (int)length);
        return ReadsAtOnce ? R2Read.Of(found.Object, offset, content) : R2Read.Of(found.Object, offset, length, new Watched(content.ToArray(), () => Closed.Enqueue(request.Key)));
    }

    private sealed class Watched(byte[] content, Action closed) : MemoryStream(content)
    {
        private int _closed;

        protected override void Dispose(bool disposing)
        {
            if (Interlocked.Exchange(ref _closed, 1) == 0) closed();
            base.Dispose(disposing);
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            var read = await base.ReadAsync(buffer, cancellationToken);
            if (Position == Length && Interlocked.Exchange(ref _closed, 1) == 0) closed();
            return read;
        }
    }
}

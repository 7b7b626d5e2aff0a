using System.Collections.Concurrent;
using System.Text;
using Skep.Abstractions.Kv;

namespace Skep.Testing;

/// <summary>KV namespaces in memory, where nothing expires. Every operation takes another thread, as over a socket.</summary>
public sealed class FakeKvStore : IKvStore
{
    private readonly ConcurrentDictionary<(string Id, string Key), KvWrite> _pairs = new();
    private int _reading;

    /// <summary>Answers reads of single pairs before they return.</summary>
    public bool ReadsAtOnce { get; init; }

    /// <summary>What reads and writes fail with.</summary>
    public KvException? Failure { get; set; }

    /// <summary>Lets reads wait.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Pairs that are being read and have not been taken.</summary>
    public int Reading => _reading;

    public async ValueTask<KvEntry?> GetAsync(string namespaceId, string key, CancellationToken cancellation = default)
    {
        if (ReadsAtOnce) return Find(namespaceId, key);
        Interlocked.Increment(ref _reading);
        await Gate.WaitAsync(cancellation);
        await Task.Yield();
        Interlocked.Decrement(ref _reading);
        return Find(namespaceId, key);
    }

    public async ValueTask<IReadOnlyList<KvEntry?>> GetManyAsync(
        string namespaceId, IReadOnlyList<string> keys, long maxBytes, CancellationToken cancellation = default)
    {
        await Task.Yield();
        return [.. keys.Select(key => Find(namespaceId, key))];
    }

    public async ValueTask<KvPage> ListAsync(string namespaceId, KvListQuery query, CancellationToken cancellation = default)
    {
        await Task.Yield();
        if (query.Cursor is { } cursor && !cursor.StartsWith("after:", StringComparison.Ordinal))
            throw new KvException(400, "Invalid cursor. Please specify the cursor of an earlier list operation.");
        var after = query.Cursor?["after:".Length..];
        KvKey[] found =
        [
            .. _pairs.Values.Zip(_pairs.Keys).Where(pair => pair.Second.Id == namespaceId).Select(pair => pair.First)
                .Where(pair => pair.Key.StartsWith(query.Prefix, StringComparison.Ordinal) && (after is null || Compare(pair.Key, after) > 0))
                .Select(pair => new KvKey(pair.Key, pair.Expiration, pair.Metadata))
                .Order(Comparer<KvKey>.Create((a, b) => Compare(a.Name, b.Name))),
        ];
        return found.Length > query.Limit ? new KvPage(found[..query.Limit], "after:" + found[query.Limit - 1].Name) : new KvPage(found, null);
    }

    public async ValueTask WriteAsync(string namespaceId, IReadOnlyList<KvWrite> writes)
    {
        await Task.Yield();
        if (Failure is { } failure) throw failure;
        foreach (var write in writes)
        {
            if (write.Value is { } value) _pairs[(namespaceId, write.Key)] = write with { Value = value.ToArray() };
            else _pairs.TryRemove((namespaceId, write.Key), out _);
        }
    }

    public ValueTask CreateNamespaceAsync(string namespaceId) => ValueTask.CompletedTask;

    public ValueTask DropNamespaceAsync(string namespaceId) => ValueTask.CompletedTask;

    private static int Compare(string one, string other) => Encoding.UTF8.GetBytes(one).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(other));

    private KvEntry? Find(string id, string key)
    {
        if (Failure is { } failure) throw failure;
        return _pairs.TryGetValue((id, key), out var pair) ? KvEntry.Copy(pair.Value!.Value.Span, pair.Expiration, pair.Metadata) : null;
    }
}

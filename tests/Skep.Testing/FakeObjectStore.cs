using System.Collections.Concurrent;
using Skep.Abstractions.Objects;

namespace Skep.Testing;

/// <summary>Keys and values of Durable Objects, in memory. What a turn wrote becomes durable when the test lets it.</summary>
public sealed class FakeObjectStore : IObjectStore
{
    private readonly ConcurrentDictionary<ObjectAddress, FakeObjectStorage> _storages = new();

    /// <summary>Completes what is opened; null: at once.</summary>
    public Func<ObjectAddress, Task>? Opening { get; set; }

    /// <summary>Makes commits durable; null: at once.</summary>
    public Func<Task>? Durability { get; set; }

    /// <summary>How often a storage was opened.</summary>
    public int Opened => _opened;

    /// <summary>Storages that are open.</summary>
    public int Open => _open;

    private int _opened;
    private int _open;

    /// <summary>What an object has stored and not lost.</summary>
    public IReadOnlyDictionary<string, byte[]> Stored(ObjectAddress address) => _storages[address].Stored;

    public async ValueTask<IObjectStorage> OpenAsync(ObjectAddress address, ObjectClass objectClass, CancellationToken cancellation = default)
    {
        if (Opening is { } opening) await opening(address);
        CountOpened();
        var storage = _storages.GetOrAdd(address, static (_, store) => new FakeObjectStorage(store), this);
        storage.Reopen();
        return storage;
    }

    public ValueTask<IReadOnlyList<StoredObject>> ListAsync(string namespaceId, string? after, int limit) =>
        new([.. _storages.Where(each => each.Key.NamespaceId == namespaceId).Select(each => new StoredObject(each.Key.Id, each.Value.Stored.Count > 0))]);

    public ValueTask DeleteNamespaceAsync(string namespaceId) => throw new NotSupportedException();

    internal void CountOpened()
    {
        Interlocked.Increment(ref _opened);
        Interlocked.Increment(ref _open);
    }

    internal void Closed() => Interlocked.Decrement(ref _open);
}

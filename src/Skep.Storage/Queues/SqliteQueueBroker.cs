using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Queues;

namespace Skep.Storage.Queues;

/// <summary>Queues whose messages are kept in SQLite files.</summary>
public sealed class SqliteQueueBroker : IQueueBroker, IQueueAdministration, IAsyncDisposable
{
    private const int IdBytes = 16;

    private readonly IQueueDefinitions _definitions;
    private readonly QueueStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly QueueStore _store;
    private readonly QueueSweeper _sweeper;
    private readonly SemaphoreSlim _changing = new(1);
    private volatile Known _known;
    private Action<string> _watcher = static _ => { };
    private int _disposed;

    /// <summary>Opens the folder; makes it when there is none.</summary>
    public SqliteQueueBroker(IQueueDefinitions definitions, QueueStoreOptions options, TimeProvider time)
    {
        (_definitions, _options, _time) = (definitions, options, time);
        _store = new QueueStore(options, time);
        _known = new Known(definitions.ListQueues());
        _sweeper = new QueueSweeper(_store, () => Queues, options, time);
    }

    /// <inheritdoc/>
    public IReadOnlyList<QueueDefinition> Queues => _known.Sorted;

    /// <inheritdoc/>
    public void Watch(Action<string> changed) => _watcher = changed;

    /// <inheritdoc/>
    public QueueDefinition? Find(string id) => _known.ById.GetValueOrDefault(id);

    /// <inheritdoc/>
    public QueueDefinition? FindByName(string name) => _known.ByName.GetValueOrDefault(name);

    /// <inheritdoc/>
    public async ValueTask<bool> CreateAsync(QueueDefinition queue, AuditEntry audit)
    {
        await _changing.WaitAsync().ConfigureAwait(false);
        try
        {
            if (FindByName(queue.Name) is not null) return false;
            // First the file: whatever is in the catalog can be written to.
            await _store.CreateAsync(queue.Id).ConfigureAwait(false);
            Put(queue, audit);
            return true;
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<QueueDefinition?> UpdateAsync(string id, Func<QueueDefinition, QueueDefinition> change, AuditEntry audit)
    {
        QueueDefinition changed;
        await _changing.WaitAsync().ConfigureAwait(false);
        try
        {
            if (Find(id) is not { } before) return null;
            changed = change(before) with { ModifiedOn = _time.GetUtcNow() };
            Put(changed, audit);
        }
        finally
        {
            _changing.Release();
        }

        _watcher(id);
        return changed;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> DeleteAsync(string id, AuditEntry audit)
    {
        await _changing.WaitAsync().ConfigureAwait(false);
        try
        {
            if (Find(id) is null) return false;
            _definitions.RemoveQueue(id, audit);
            _known = new Known(Queues.Where(each => each.Id != id));
        }
        finally
        {
            _changing.Release();
        }

        _sweeper.Forget(id);
        _watcher(id);
        await _store.DropAsync(id).ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc/>
    public async ValueTask PurgeAsync(string id)
    {
        Require(id);
        await _store.CommitAsync(id, new PurgeCommit()).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<QueueMetrics> SendAsync(string queue, IReadOnlyList<QueueSend> messages)
    {
        var definition = FindByName(queue) ?? await MakeAsync(queue).ConfigureAwait(false);
        var now = _store.Now;
        var ids = RandomNumberGenerator.GetBytes(IdBytes * messages.Count);
        var stored = new StoredMessage[messages.Count];
        for (var i = 0; i < stored.Length; i++)
        {
            var message = messages[i];
            stored[i] = new StoredMessage(ids[(i * IdBytes)..((i + 1) * IdBytes)], now, now + ((message.DelaySeconds ?? definition.DeliveryDelay) * 1000L), message.ContentType, message.Body);
        }

        return await PutAsync(definition, stored, now).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<QueueMetrics> MetricsAsync(string queue)
    {
        var definition = FindByName(queue) ?? await MakeAsync(queue).ConfigureAwait(false);
        return await MetricsOfAsync(definition.Id).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<QueueOutlook> OutlookAsync(string id, int batchSize)
    {
        Require(id);
        return _store.ReadAsync(id, batchSize, static (reader, size) => reader.Outlook(size));
    }

    /// <inheritdoc/>
    public async ValueTask<QueueBatch> LeaseAsync(string id, QueueLease lease)
    {
        var definition = Require(id);
        if (definition.IsPaused) return new QueueBatch([], await MetricsOfAsync(id).ConfigureAwait(false));
        LeaseCommit commit = new(lease, MaxAttempts(definition), _store.Now);
        var metrics = await _store.CommitAsync(id, commit).ConfigureAwait(false);
        await BuryAsync(definition, commit.Exhausted).ConfigureAwait(false);
        return new QueueBatch([.. commit.Taken], metrics);
    }

    /// <inheritdoc/>
    public async ValueTask<QueueSettled> SettleAsync(string id, IReadOnlyList<QueueSettlement> settlements)
    {
        var definition = Require(id);
        SettleCommit commit = new(settlements, definition.Consumer?.RetryDelay ?? 0, MaxAttempts(definition), _store.Now);
        await _store.CommitAsync(id, commit).ConfigureAwait(false);
        var lettered = await BuryAsync(definition, commit.Exhausted).ConfigureAwait(false);
        if (commit.Retried > 0) _watcher(id);
        return new QueueSettled(commit.Acknowledged, commit.Retried, lettered, commit.Exhausted.Count - lettered);
    }

    /// <summary>Removes what is too old, as happens from time to time anyway.</summary>
    public Task SweepAsync() => _sweeper.SweepAsync();

    /// <summary>Finishes what is under way and closes the files.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await _sweeper.DisposeAsync().ConfigureAwait(false);
        await _store.DisposeAsync().ConfigureAwait(false);
        _changing.Dispose();
    }

    // Retries come after the first attempt. Whoever is not there yet has not tried anything.
    private static int MaxAttempts(QueueDefinition queue) => queue.Consumer is { } consumer ? consumer.MaxRetries + 1 : int.MaxValue;

    private QueueDefinition Require(string id) => Find(id) ?? throw QueueException.NoQueue();

    private async ValueTask<QueueMetrics> PutAsync(QueueDefinition queue, IReadOnlyList<StoredMessage> messages, long now)
    {
        var metrics = await _store.CommitAsync(queue.Id, new SendCommit(messages, now, _options.MaxBacklogBytes)).ConfigureAwait(false);
        _sweeper.Expect(queue, now);
        _watcher(queue.Id);
        return metrics;
    }

    private ValueTask<QueueMetrics> MetricsOfAsync(string id) => _store.ReadAsync(id, 0, static (reader, _) => reader.Metrics());

    // First they are where they go, then they are not here any more: a crash in between leaves them twice, and never loses them.
    private async Task<int> BuryAsync(QueueDefinition queue, List<long> sequences)
    {
        if (sequences.Count == 0) return 0;
        var lettered = 0;
        if (queue.Consumer?.DeadLetterQueue is { } name)
        {
            var target = FindByName(name) ?? await MakeAsync(name, create: true).ConfigureAwait(false);
            var now = _store.Now;
            var dead = await _store.ReadAsync(
                queue.Id,
                (sequences, now),
                static (reader, state) => state.sequences.Select(sequence => reader.Read(sequence, state.now)).OfType<StoredMessage>().ToArray()).ConfigureAwait(false);
            await PutAsync(target, dead, now).ConfigureAwait(false);
            lettered = dead.Length;
        }

        await _store.CommitAsync(queue.Id, new DeleteCommit(sequences)).ConfigureAwait(false);
        return lettered;
    }

    // Where the configuration of a project says which queues there are, one is made when it is first named; a dead letter queue always is.
    private async ValueTask<QueueDefinition> MakeAsync(string name, bool create = false)
    {
        if (!create && !_options.CreateMissing) throw QueueException.NoQueue();
        var now = _time.GetUtcNow();
        QueueDefinition made = new() { Id = _options.CreateMissing ? name : Guid.NewGuid().ToString("N"), Name = name, CreatedOn = now, ModifiedOn = now };
        await CreateAsync(made, new AuditEntry(now, "skep", "queue.create", made.Id, name)).ConfigureAwait(false);
        return FindByName(name) ?? throw QueueException.NoQueue();
    }

    // Under the gate of changes.
    private void Put(QueueDefinition queue, AuditEntry audit)
    {
        _definitions.PutQueue(queue, audit);
        _known = new Known(Queues.Where(each => each.Id != queue.Id).Append(queue));
    }

    /// <summary>The queues of one moment.</summary>
    private sealed class Known(IEnumerable<QueueDefinition> queues)
    {
        public ImmutableArray<QueueDefinition> Sorted { get; } = [.. queues.OrderBy(each => each.Name, StringComparer.Ordinal)];

        public FrozenDictionary<string, QueueDefinition> ById => field ??= Sorted.ToFrozenDictionary(each => each.Id, StringComparer.Ordinal);

        public FrozenDictionary<string, QueueDefinition> ByName => field ??= Sorted.ToFrozenDictionary(each => each.Name, StringComparer.Ordinal);
    }
}

using System.Text;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Queues;
using Skep.Storage.Catalog;
using Skep.Storage.Queues;
using Skep.Testing;

namespace Skep.Storage.Tests.Faults;

/// <summary>Queues: what was sent is what their backlogs are long. Their definitions lie on a disk that does not fail.</summary>
internal sealed class FaultyQueues : FaultyService
{
    private static readonly AuditEntry Audit = new(DateTimeOffset.UnixEpoch, "test", "test", "test");

    private readonly TemporaryFolder _elsewhere = new();
    private readonly SqliteCatalog _catalog;
    private readonly SqliteQueueBroker _broker;

    public FaultyQueues(string folder)
        : base(folder)
    {
        _catalog = new SqliteCatalog(Path.Combine(_elsewhere.Path, "catalog.db"));
        foreach (var known in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.db") : []) _catalog.Queues.PutQueue(Define(Path.GetFileNameWithoutExtension(known)), Audit);
        _broker = new SqliteQueueBroker(_catalog.Queues, new QueueStoreOptions(folder) { OnFailure = Failures.Enqueue }, TimeProvider.System);
    }

    public override Type Refusal => typeof(QueueException);

    public override async Task MakeAsync(string thing) => await _broker.CreateAsync(Define(thing), Audit);

    public override async Task WriteAsync(string thing, string key, int length) =>
        await _broker.SendAsync(thing, [new QueueSend(Encoding.UTF8.GetBytes(Text(key, length)), QueueContentType.Text, null)]);

    // A consumer pulls it, and gives it back.
    public override async Task<bool> HasAsync(string thing, string key, int length)
    {
        var leased = await _broker.LeaseAsync(thing, new QueueLease(1000, TimeSpan.FromSeconds(600), EndsWithServer: false));
        var found = leased.Messages.Any(message => Encoding.UTF8.GetString(message.Body.Span) == Text(key, length));
        await _broker.SettleAsync(thing, [.. leased.Messages.Select(message => new QueueSettlement(message.Sequence, message.Attempts, QueueVerdict.Retry, 0))]);
        return found;
    }

    public override string FileOf(string thing) => Path.Combine(Folder, thing + ".db");

    public override async ValueTask DisposeAsync()
    {
        await _broker.DisposeAsync();
        _catalog.Dispose();
        _elsewhere.Dispose();
    }

    private static QueueDefinition Define(string name) =>
        new() { Id = name, Name = name, CreatedOn = DateTimeOffset.UnixEpoch, ModifiedOn = DateTimeOffset.UnixEpoch, Consumer = new() { Id = name, Script = "none", CreatedOn = DateTimeOffset.UnixEpoch, MaxRetries = 1_000_000 } };
}

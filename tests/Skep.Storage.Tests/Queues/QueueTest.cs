using System.Text;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Queues;
using Skep.Storage.Catalog;
using Skep.Storage.Queues;
using Skep.Testing;

namespace Skep.Storage.Tests.Queues;

/// <summary>A broker in a folder of its own, with the queue <c>jobs</c>, whose time passes when the test says so.</summary>
public abstract class QueueTest : IAsyncLifetime
{
    protected const string Id = "0123456789abcdef0123456789abcdef";
    protected const string Name = "jobs";

    private readonly TemporaryFolder _folder = new();
    private SqliteCatalog _catalog = null!;

    internal ManualTime Time { get; } = new();

    protected SqliteQueueBroker Broker { get; private set; } = null!;

    protected List<Exception> Failures { get; } = [];

    /// <summary>The queues that the watcher was told of.</summary>
    protected List<string> Changes { get; } = [];

    protected string Folder => Path.Combine(_folder.Path, "queues");

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected AuditEntry Audit => new(Time.GetUtcNow(), "test", "test", Id);

    public async ValueTask InitializeAsync()
    {
        _catalog = new SqliteCatalog(Path.Combine(_folder.Path, "catalog.db"));
        Broker = Open();
        await Broker.CreateAsync(Define(Name, Id), Audit);
    }

    public async ValueTask DisposeAsync()
    {
        await Broker.DisposeAsync();
        _catalog.Dispose();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the broker and opens it anew.</summary>
    protected async Task ReopenAsync(Func<QueueStoreOptions, QueueStoreOptions>? with = null)
    {
        await Broker.DisposeAsync();
        Broker = Open(with);
    }

    protected QueueDefinition Define(string name, string? id = null) =>
        new() { Id = id ?? name, Name = name, CreatedOn = Time.GetUtcNow(), ModifiedOn = Time.GetUtcNow() };

    protected ValueTask<QueueDefinition?> ConsumeAsync(Func<QueueConsumer, QueueConsumer>? with = null)
    {
        QueueConsumer consumer = new() { Id = "consumer", Script = "worker", CreatedOn = Time.GetUtcNow() };
        return Broker.UpdateAsync(Id, queue => queue with { Consumer = with?.Invoke(consumer) ?? consumer }, Audit);
    }

    protected async Task<QueueMetrics> SendAsync(params string[] bodies) => await Broker.SendAsync(Name, [.. bodies.Select(body => Message(body))]);

    protected static QueueSend Message(string body, int? delay = null) => new(Encoding.UTF8.GetBytes(body), QueueContentType.Text, delay);

    protected async Task<QueueMessage[]> LeaseAsync(int most = 10, int seconds = 60, bool endsWithServer = false, string id = Id) =>
        [.. (await Broker.LeaseAsync(id, new QueueLease(most, TimeSpan.FromSeconds(seconds), endsWithServer))).Messages];

    protected async Task<QueueSettled> SettleAsync(QueueVerdict verdict, int? delay, params QueueMessage[] messages) =>
        await Broker.SettleAsync(Id, [.. messages.Select(message => new QueueSettlement(message.Sequence, message.Attempts, verdict, delay))]);

    protected static string Text(QueueMessage message) => Encoding.UTF8.GetString(message.Body.Span);

    protected static string[] Texts(IEnumerable<QueueMessage> messages) => [.. messages.Select(Text)];

    protected void Pass(int seconds) => Time.Advance(TimeSpan.FromSeconds(seconds));

    private SqliteQueueBroker Open(Func<QueueStoreOptions, QueueStoreOptions>? with = null)
    {
        var options = new QueueStoreOptions(Folder) { OnFailure = Failures.Add, SweepInterval = TimeSpan.FromDays(10_000) };
        SqliteQueueBroker broker = new(_catalog.Queues, with?.Invoke(options) ?? options, Time);
        broker.Watch(Changes.Add);
        return broker;
    }
}

using System.Collections.Immutable;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Events;
using Skep.Abstractions.Queues;
using Skep.Abstractions.Scheduling;
using Skep.Abstractions.Workers;
using Skep.Configuration;
using Skep.Edge.Triggers;
using Skep.Output;
using Skep.Storage.Queues;

namespace Skep.Hosting;

/// <summary>The queues of projects under development, all of a session in one folder: one project sends, another gets. Nothing is opened
/// before it is needed.</summary>
internal sealed class DevelopmentQueues : IAsyncDisposable
{
    private readonly Lazy<Opened> _opened;
    private readonly Terminal _terminal;
    private readonly SemaphoreSlim _configuring = new(1);

    /// <param name="folder">Where they are kept.</param>
    /// <param name="workers">Finds the projects.</param>
    /// <param name="terminal">Where batches are told.</param>
    /// <param name="onFailure">Hears of files that fail.</param>
    /// <param name="shows">Whether batches that went well are told, too.</param>
    public DevelopmentQueues(Func<string> folder, IServiceDirectory workers, Terminal terminal, Action<Exception> onFailure, bool shows)
    {
        _terminal = terminal;
        _opened = new Lazy<Opened>(() =>
        {
            SqliteQueueBroker broker = new(
                new MemoryQueueDefinitions(), new QueueStoreOptions(Path.Combine(folder(), "queues")) { CreateMissing = true, OnFailure = onFailure }, TimeProvider.System);
            QueueDispatcher dispatcher = new(broker, new DeployedWorkers(workers), TimeProvider.System, run => Tell(run, shows), onFailure);
            dispatcher.Start();
            return new Opened(broker, dispatcher);
        });
    }

    /// <summary>Takes what the projects send.</summary>
    public IQueueProducer Producer => _opened.Value.Broker;

    /// <summary>From now on a project gets the messages of these queues, and of no others.</summary>
    public async Task ConfigureAsync(string script, ImmutableArray<ConsumedQueue> consumed)
    {
        if (consumed.IsEmpty && !_opened.IsValueCreated) return;
        await _configuring.WaitAsync();
        try
        {
            var (broker, dispatcher) = _opened.Value;
            var now = TimeProvider.System.GetUtcNow();
            AuditEntry audit = new(now, "skep dev", "queue.update", script);
            foreach (var left in broker.Queues.Where(queue => queue.Consumer?.Script == script && consumed.All(each => each.Queue != queue.Name)))
            {
                await broker.UpdateAsync(left.Id, static queue => queue with { Consumer = null }, audit);
            }

            foreach (var (queue, consumer) in consumed)
            {
                await broker.CreateAsync(new QueueDefinition { Id = queue, Name = queue, CreatedOn = now, ModifiedOn = now }, audit);
                if (broker.FindByName(queue)?.Consumer?.Script is { } other && other != script)
                    await _terminal.WriteErrorAsync(style => style.Yellow($"The queue {queue} is consumed by {other} already: from now on {script} gets its messages. A queue has one consumer."));
                await broker.UpdateAsync(queue, known => known with { Consumer = consumer with { Id = script, Script = script } }, audit);
            }

            dispatcher.Retry(script);
        }
        finally
        {
            _configuring.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_opened.IsValueCreated) return;
        await _opened.Value.Dispatcher.DisposeAsync();
        await _opened.Value.Broker.DisposeAsync();
    }

    private void Tell(QueueRun run, bool shows)
    {
        if (run.Summary.Outcome == InvocationOutcome.Ok && !shows) return;
        _terminal.Offer(isError: false, style => QueueLine.Format(run, style));
    }

    private sealed record Opened(SqliteQueueBroker Broker, QueueDispatcher Dispatcher);
}

using Skep.Abstractions.Channels;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Metering;
using Skep.Abstractions.Queues;
using Skep.Abstractions.Tracing;
using Skep.Abstractions.Workers;
using Skep.Abstractions.Workflows;

namespace Skep.Edge.Assets;

/// <summary>A version with static assets: they answer what they can, and the Worker behind them, if there is one, gets the rest. A request that an
/// asset answers starts no isolate.</summary>
public sealed class AssetWorker : IWorker
{
    private readonly AssetSite _site;
    private readonly IWorker? _worker;

    private AssetWorker(WorkerVersion version, AssetSite site, IWorker? worker)
    {
        Version = version;
        _site = site;
        _worker = worker;
    }

    /// <summary>Puts the version's assets before its Worker.</summary>
    /// <param name="version">A version with assets.</param>
    /// <param name="bodies">Reads what was uploaded; not needed for a directory.</param>
    /// <param name="start">Starts the Worker, whose own fetches from the assets go through the channel; not called for a version without modules.</param>
    /// <exception cref="InvalidDataException">The assets' configuration is malformed.</exception>
    public static async ValueTask<AssetWorker> StartAsync(WorkerVersion version, AssetBodies? bodies, Func<ISubrequestChannel, ValueTask<IWorker>> start)
    {
        AssetSite site = AssetSite.Create(version, bodies);
        return new AssetWorker(version, site, version.Modules.IsEmpty ? null : await start(new AssetChannel(site)));
    }

    /// <inheritdoc/>
    public WorkerVersion Version { get; }

    /// <summary>The Worker's: what assets answer is not charged for.</summary>
    public WorkerMeter? Meter => _worker?.Meter;

    /// <inheritdoc/>
    public IReadOnlyList<string> Handlers => _worker?.Handlers ?? [];

    /// <inheritdoc/>
    public void Fetch(FetchEvent fetchEvent)
    {
        // Named entrypoints and Durable Objects are the Worker's alone.
        if (fetchEvent.Entrypoint is not null || fetchEvent.Object is not null)
        {
            ToWorker(fetchEvent);
            return;
        }

        var request = new AssetRequest(fetchEvent);
        if (_site.AnswerClient(request, _worker is not null) is { } reply) AssetResponder.Respond(fetchEvent, _site, request, reply);
        else ToWorker(fetchEvent);
    }

    /// <inheritdoc/>
    public void Rpc(RpcEvent rpcEvent)
    {
        if (_worker is not null)
        {
            _worker.Rpc(rpcEvent);
            return;
        }

        InvocationSummary summary = Missing("RPC");
        rpcEvent.Call.Fail(summary.Error!);
        rpcEvent.Complete(summary);
    }

    /// <inheritdoc/>
    public Task<WorkflowResult> WorkflowAsync(WorkflowEvent workflowEvent) =>
        _worker?.WorkflowAsync(workflowEvent) ?? Task.FromResult(new WorkflowResult(
            new WorkflowOutcome(null, Error: new WorkflowFailure("Error", "A Worker of static assets only runs no Workflows.")), Missing("workflow")));

    /// <inheritdoc/>
    public Task<InvocationSummary> ScheduledAsync(ScheduledEvent scheduledEvent) =>
        _worker?.ScheduledAsync(scheduledEvent) ?? Task.FromResult(Missing("scheduled"));

    /// <inheritdoc/>
    public Task<QueueResult> QueueAsync(QueueEvent queueEvent) =>
        _worker?.QueueAsync(queueEvent) ?? Task.FromResult(queueEvent.All(QueueVerdict.Return, Missing("queue")));

    /// <inheritdoc/>
    public Task<EmailResult> EmailAsync(EmailEvent emailEvent) => _worker?.EmailAsync(emailEvent) ?? Task.FromResult(new EmailResult(Missing("email"), RejectReason: null));

    /// <inheritdoc/>
    public Task<InvocationSummary> TailAsync(TailEvent tailEvent) => _worker?.TailAsync(tailEvent) ?? Task.FromResult(Missing("tail"));

    /// <inheritdoc/>
    public Task<AlarmResult> AlarmAsync(AlarmEvent alarmEvent) =>
        _worker?.AlarmAsync(alarmEvent) ?? Task.FromResult(new AlarmResult(Missing("alarm"), Retry: true, Counts: false));

    /// <inheritdoc/>
    public Task DrainAsync() => _worker?.DrainAsync() ?? Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _worker?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void ToWorker(FetchEvent fetchEvent)
    {
        if (_worker is not null)
        {
            _worker.Fetch(fetchEvent);
            return;
        }

        InvocationSummary summary = Missing("fetch");
        fetchEvent.Fail(summary.Error!, passThrough: false, summary);
    }

    private static InvocationSummary Missing(string handler)
    {
        var error = new WorkerError(WorkerErrorCode.Startup, $"This Worker consists of static assets only: it has no {handler} handler.");
        return new InvocationSummary(InvocationOutcome.ScriptNotFound, TimeSpan.Zero, TimeSpan.Zero, Subrequests: 0, error);
    }
}

using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Metering;
using Skep.Abstractions.Tracing;
using Skep.Abstractions.Workers;

namespace Skep.Hosting;

/// <summary>A worker that is built and started by its first event; events that arrive meanwhile wait for it. One that cannot be
/// started answers with the reason.</summary>
/// <param name="version">What is known of it before it is built: its name.</param>
/// <param name="start">Builds and starts it; never fails, a failure is a <see cref="FailedWorker"/>.</param>
internal sealed class LazyWorker(WorkerVersion version, Func<Task<IWorker>> start) : IWorker
{
    private readonly Lock _gate = new();
    private Task<IWorker>? _starting;
    private IWorker? _started;
    private bool _closed;

    public WorkerVersion Version => Volatile.Read(ref _started)?.Version ?? version;

    public WorkerMeter? Meter => Volatile.Read(ref _started)?.Meter;

    /// <summary>The worker behind it, once it runs; null before.</summary>
    public IWorker? Started => Volatile.Read(ref _started);

    /// <summary>Starts it now instead of with the first event.</summary>
    public Task<IWorker> StartAsync()
    {
        lock (_gate)
        {
            if (_starting is not null) return _starting;
            ObjectDisposedException.ThrowIf(_closed, this);
            return _starting = PublishAsync();
        }
    }

    public void Fetch(FetchEvent fetchEvent)
    {
        if (Volatile.Read(ref _started) is { } worker) worker.Fetch(fetchEvent);
        else _ = FetchWhenStartedAsync(fetchEvent);
    }

    public void Rpc(RpcEvent rpcEvent)
    {
        if (Volatile.Read(ref _started) is { } worker) worker.Rpc(rpcEvent);
        else _ = RpcWhenStartedAsync(rpcEvent);
    }

    public async Task<WorkflowResult> WorkflowAsync(WorkflowEvent workflowEvent) => await (await StartAsync()).WorkflowAsync(workflowEvent);

    /// <inheritdoc/>
    public async Task<InvocationSummary> ScheduledAsync(ScheduledEvent scheduledEvent) =>
        await (await StartAsync()).ScheduledAsync(scheduledEvent);

    public async Task<QueueResult> QueueAsync(QueueEvent queueEvent) =>
        await (await StartAsync()).QueueAsync(queueEvent);

    public async Task<EmailResult> EmailAsync(EmailEvent emailEvent) => await (await StartAsync()).EmailAsync(emailEvent);

    public async Task<InvocationSummary> TailAsync(TailEvent tailEvent) => await (await StartAsync()).TailAsync(tailEvent);

    public async Task<AlarmResult> AlarmAsync(AlarmEvent alarmEvent) =>
        await (await StartAsync()).AlarmAsync(alarmEvent);

    public async Task DrainAsync()
    {
        if (StartedOrStarting() is { } starting) await (await starting).DrainAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (StartedOrStarting(close: true) is { } starting) await (await starting).DisposeAsync();
    }

    private Task<IWorker>? StartedOrStarting(bool close = false)
    {
        lock (_gate)
        {
            _closed |= close;
            return _starting;
        }
    }

    private async Task<IWorker> PublishAsync()
    {
        // Off the caller's thread: it holds the gate, and is one that reads a connection.
        await Task.Yield();
        var worker = await start();
        Volatile.Write(ref _started, worker);
        return worker;
    }

    private async Task RpcWhenStartedAsync(RpcEvent rpcEvent)
    {
        IWorker worker;
        try
        {
            worker = await StartAsync();
        }
        catch (Exception broken)
        {
            var error = new WorkerError(WorkerErrorCode.Startup, broken.Message, broken.ToString());
            rpcEvent.Call.Fail(error);
            rpcEvent.Complete(new(InvocationOutcome.ScriptNotFound, TimeSpan.Zero, TimeSpan.Zero, 0, error));
            return;
        }

        worker.Rpc(rpcEvent);
    }

    private async Task FetchWhenStartedAsync(FetchEvent fetchEvent)
    {
        IWorker worker;
        try
        {
            worker = await StartAsync();
        }
        catch (Exception broken)
        {
            // `start` does not fail; should it, the client still gets an answer.
            var error = new WorkerError(WorkerErrorCode.Startup, broken.Message, broken.ToString());
            fetchEvent.Fail(error, passThrough: false, new(InvocationOutcome.ScriptNotFound, TimeSpan.Zero, TimeSpan.Zero, 0, error));
            return;
        }

        worker.Fetch(fetchEvent);
    }
}

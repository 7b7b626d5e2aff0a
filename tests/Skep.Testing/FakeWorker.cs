using Skep.Abstractions.Events;
using Skep.Abstractions.Metering;
using Skep.Abstractions.Queues;
using Skep.Abstractions.Tracing;
using Skep.Abstractions.Workers;

namespace Skep.Testing;

/// <summary>A worker whose handler is C#: what the edge sees of a real one, without an engine.</summary>
public sealed class FakeWorker(Action<FetchEvent> fetch, string name = "fake") : IWorker
{
    private int _inFlight;
    private TaskCompletionSource? _drained;

    public WorkerVersion Version { get; } = new() { Name = name, Modules = [], MainModule = "index.js" };

    public Func<ScheduledEvent, Task<InvocationSummary>> Scheduled { get; init; } = static _ => Task.FromResult(FetchEvents.Ok);

    public Func<QueueEvent, Task<QueueResult>> Queue { get; init; } = static batch => Task.FromResult(batch.All(QueueVerdict.Ack, FetchEvents.Ok));

    public Func<TailEvent, Task<InvocationSummary>> Tail { get; init; } = static _ => Task.FromResult(FetchEvents.Ok);

    public Func<EmailEvent, Task<EmailResult>> Email { get; init; } = static _ => Task.FromResult(new EmailResult(FetchEvents.Ok, null));

    public WorkerMeter? Meter { get; set; }

    public bool IsDisposed { get; private set; }

    /// <summary>A worker that answers every request inline with a text.</summary>
    public static FakeWorker Answering(string text, string name = "fake") => new(request => request.Answer(200, text), name);

    /// <summary>A worker whose handler is asynchronous; it must end the event.</summary>
    public static FakeWorker Async(Func<FetchEvent, Task> fetch, string name = "fake")
    {
        FakeWorker worker = null!;
        worker = new FakeWorker(request => _ = worker.RunAsync(fetch, request), name);
        return worker;
    }

    public void Fetch(FetchEvent fetchEvent)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        fetch(fetchEvent);
    }

    public void Rpc(RpcEvent rpcEvent) => throw new NotSupportedException("A fake worker has no methods.");

    public Task<InvocationSummary> ScheduledAsync(ScheduledEvent scheduledEvent) => Scheduled(scheduledEvent);

    public Task<QueueResult> QueueAsync(QueueEvent queueEvent) => Queue(queueEvent);

    public Task<InvocationSummary> TailAsync(TailEvent tailEvent) => Tail(tailEvent);

    public Task<EmailResult> EmailAsync(EmailEvent emailEvent) => Email(emailEvent);

    public Task DrainAsync()
    {
        var drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _drained = drained;
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _inFlight) == 0)
            drained.TrySetResult();
        return drained.Task;
    }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }

    private async Task RunAsync(Func<FetchEvent, Task> fetch, FetchEvent request)
    {
        Interlocked.Increment(ref _inFlight);
        try
        {
            await fetch(request);
        }
        catch (Exception error)
        {
            request.FailWith(Abstractions.Errors.WorkerErrorCode.Exception, error.ToString());
        }
        finally
        {
            if (Interlocked.Decrement(ref _inFlight) == 0)
                _drained?.TrySetResult();
        }
    }
}

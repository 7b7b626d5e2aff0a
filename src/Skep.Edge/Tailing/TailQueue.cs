using Skep.Abstractions.Channels;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Tracing;
using Skep.Abstractions.Workers;

namespace Skep.Edge.Tailing;

/// <summary>Traces that wait for one tail Worker. When it does not keep up, further ones are dropped.</summary>
internal sealed class TailQueue(string consumer, IServiceDirectory workers, IWorkerObserver observer, TimeProvider time) : IAsyncDisposable
{
    private const int MostInBatch = 100;
    private const int MostInFlight = 8;

    // Sizes are roughly those of the JSON that a worker gets, whose memory it is then.
    private const int MostBatchSize = 2 << 20;
    private const int MostWaitingSize = 16 << 20;

    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private readonly Queue<(InvocationTrace Trace, int Size)> _waiting = new();
    private readonly List<TaskCompletionSource> _flushing = [];
    private ITimer? _timer;
    private long _waitingSize;
    private int _inFlight;
    private bool _gathering;
    private bool _dropping;
    private string? _lastError;

    /// <summary>The Worker.</summary>
    public string Consumer => consumer;

    // Under the lock.
    private bool HasBatch => _waiting.Count >= MostInBatch || _waitingSize >= MostBatchSize;

    /// <summary>Takes a trace along, soon.</summary>
    public void Offer(InvocationTrace trace)
    {
        var size = SizeOf(trace);
        var isFull = false;
        lock (_gate)
        {
            if (_waitingSize + size > MostWaitingSize)
            {
                isFull = !_dropping;
                _dropping = true;
            }
            else
            {
                _waiting.Enqueue((trace, size));
                _waitingSize += size;
                // Not on this thread, which is inside the isolate that is traced.
                if (!HasBatch && !_gathering) Gather();
                else if (HasBatch && _inFlight < MostInFlight) ThreadPool.UnsafeQueueUserWorkItem(static queue => queue.Send(), this, preferLocal: false);
            }
        }

        if (isFull) Report(null, new WorkerError(WorkerErrorCode.Exception, $"The tail Worker {consumer} does not keep up: traces are dropped until it does."));
    }

    /// <summary>Ends when all that waits was delivered.</summary>
    public Task FlushAsync()
    {
        lock (_gate)
        {
            if (_waiting.Count == 0 && _inFlight == 0) return Task.CompletedTask;
            TaskCompletionSource flushed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _flushing.Add(flushed);
            ThreadPool.UnsafeQueueUserWorkItem(static queue => queue.Send(), this, preferLocal: false);
            return flushed.Task;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        lock (_gate) return _timer?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    private static int SizeOf(InvocationTrace trace)
    {
        const int Frame = 1024;
        var size = Frame;
        foreach (var log in trace.Logs) size += log.Message.Length;
        foreach (var each in trace.Exceptions) size += each.Message.Length + (each.Stack?.Length ?? 0);
        if (trace.Event is FetchTraceEvent fetch)
        {
            size += fetch.Url.Length + (fetch.Cf?.Length ?? 0);
            foreach (var header in fetch.Headers) size += 2 * header.Length;
        }

        return size;
    }

    // Under the lock.
    private void Gather()
    {
        _gathering = true;
        _timer ??= time.CreateTimer(static self => ((TailQueue)self!).Send(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(Gathering, Timeout.InfiniteTimeSpan);
    }

    private void Send()
    {
        while (Take() is { } batch) _ = DeliverAsync(batch);
    }

    private InvocationTrace[]? Take()
    {
        lock (_gate)
        {
            _gathering = false;
            if (_waiting.Count == 0 || _inFlight == MostInFlight) return null;
            List<InvocationTrace> batch = [];
            for (long size = 0; batch.Count < MostInBatch && size < MostBatchSize && _waiting.TryDequeue(out var next);)
            {
                batch.Add(next.Trace);
                size += next.Size;
                _waitingSize -= next.Size;
            }

            if (_waiting.Count == 0) _dropping = false;
            _inFlight++;
            return [.. batch];
        }
    }

    private async Task DeliverAsync(InvocationTrace[] batch)
    {
        try
        {
            var (version, error) = await RunAsync(new TailEvent([.. batch]));
            Report(version, error);
        }
        catch (Exception failure)
        {
            // Nobody waits for it: the next batch is tried as if nothing had been.
            Report(null, new WorkerError(WorkerErrorCode.Exception, $"Traces could not be given to the tail Worker {consumer}: {failure.Message}"));
        }
        finally
        {
            Ended();
        }
    }

    private async Task<(WorkerVersion? Version, WorkerError? Error)> RunAsync(TailEvent batch)
    {
        while (workers.Find(consumer, null) is { } served)
        {
            if (!served.TryEnter()) continue;
            Task<InvocationSummary> run;
            try
            {
                run = served.Worker.TailAsync(batch);
            }
            finally
            {
                served.Leave();
            }

            return (served.Worker.Version, (await run).Error);
        }

        return (null, new WorkerError(WorkerErrorCode.Exception, $"The tail Worker {consumer} is not deployed: its traces are dropped."));
    }

    // Once for as long as it stays the same: it may be so for every batch.
    private void Report(WorkerVersion? version, WorkerError? error)
    {
        if (Interlocked.Exchange(ref _lastError, error?.Message) == error?.Message || error is null) return;
        observer.Uncaught(version ?? WorkerVersion.Unread(consumer), error);
    }

    private void Ended()
    {
        TaskCompletionSource[] flushed = [];
        bool isFull;
        lock (_gate)
        {
            _inFlight--;
            isFull = HasBatch || _flushing.Count > 0;
            if (_waiting.Count > 0)
            {
                if (!isFull && !_gathering) Gather();
            }
            else if (_inFlight == 0)
            {
                flushed = [.. _flushing];
                _flushing.Clear();
            }
        }

        foreach (var each in flushed) each.TrySetResult();
        if (isFull) Send();
    }
}

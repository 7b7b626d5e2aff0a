using Skep.Abstractions.Queues;

namespace Skep.Edge.Triggers;

/// <summary>Takes the batches of one queue when they are due, as many at a time as its consumer may handle.</summary>
internal sealed class QueuePump : IDisposable
{
    private const int Idle = 0;
    private const int Looking = 1;
    private const int LookAgain = 2;

    // A batch that waits so long for others to end is reason enough for one more at a time.
    private static readonly TimeSpan Crowded = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(16);

    private readonly string _id;
    private readonly QueueDelivering _delivering;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private TaskCompletionSource? _stopped;
    private volatile Task _looking = Task.CompletedTask;
    private int _state;
    private int _running;
    private int _allowed = 1;
    private bool _isCrowded;
    private TimeSpan _pause;
    private DateTimeOffset _pausedUntil;
    private QueueConsumer? _consumer;

    public QueuePump(string id, QueueDelivering delivering)
    {
        (_id, _delivering) = (id, delivering);
        _timer = delivering.Time.CreateTimer(static self => ((QueuePump)self!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Ends when nothing is being taken.</summary>
    public Task Looked => _looking;

    /// <summary>Something changed.</summary>
    public void Signal()
    {
        for (var seen = Volatile.Read(ref _state); ;)
        {
            var next = seen == Idle ? Looking : LookAgain;
            var was = Interlocked.CompareExchange(ref _state, next, seen);
            if (was == seen)
            {
                if (seen == Idle) _looking = Task.Run(LookAsync);
                return;
            }

            seen = was;
        }
    }

    /// <summary>What it waited for may be there.</summary>
    public void Retry()
    {
        lock (_gate) (_pause, _pausedUntil) = (default, default);
        Signal();
    }

    /// <summary>Takes nothing more. Ends when what it took is settled.</summary>
    public Task StopAsync()
    {
        lock (_gate)
        {
            _stopped ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_running == 0) _stopped.TrySetResult();
            _timer.Dispose();
            return _stopped.Task;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private async Task LookAsync()
    {
        do
        {
            Volatile.Write(ref _state, Looking);
            try
            {
                await TakeAsync();
            }
            catch (Exception failure)
            {
                // Its file fails, or it has just been removed. Nothing is lost: what was taken is had again when its time is over.
                if (_delivering.Broker.Find(_id) is not null) _delivering.OnFailure(failure);
                Pause();
            }
        }
        while (Interlocked.CompareExchange(ref _state, Idle, Looking) != Looking);
    }

    /// <summary>Takes what is due, and sets the timer to when the next batch is.</summary>
    private async Task TakeAsync()
    {
        for (;;)
        {
            if (_delivering.Broker.Find(_id) is not { IsPaused: false, Consumer: { Script: { } script } consumer } queue) return;
            var now = _delivering.Time.GetUtcNow();
            if (!MayTake(consumer, now)) return;
            var outlook = await _delivering.Broker.OutlookAsync(_id, consumer.BatchSize);
            if (outlook.First is not { } first)
            {
                Calm();
                return;
            }

            // A full batch goes at once; another when its first message has waited for long enough.
            var due = Math.Min(first + consumer.MaxWaitMilliseconds, outlook.Full ?? long.MaxValue);
            var wait = TimeSpan.FromMilliseconds(due - now.ToUnixTimeMilliseconds());
            if (wait > TimeSpan.Zero)
            {
                Calm();
                SetTimer(wait);
                return;
            }

            var batch = await _delivering.Broker.LeaseAsync(_id, new QueueLease(consumer.BatchSize, Lease, EndsWithServer: true));
            if (batch.Messages.Length > 0) Run(queue, script, batch);
        }
    }

    private bool MayTake(QueueConsumer consumer, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (_stopped is not null) return false;
            // It was configured anew: what was in its way may be gone.
            if (!ReferenceEquals(_consumer, consumer)) (_consumer, _pause, _pausedUntil) = (consumer, default, default);
            if (_pausedUntil > now)
            {
                SetTimer(_pausedUntil - now);
                return false;
            }

            _isCrowded = _running >= Math.Min(_allowed, consumer.MaxConcurrency ?? QueueRules.MaxConcurrency);
            if (_isCrowded && _allowed < (consumer.MaxConcurrency ?? QueueRules.MaxConcurrency)) SetTimer(Crowded);
            return !_isCrowded;
        }
    }

    private void Run(QueueDefinition queue, string script, QueueBatch batch)
    {
        lock (_gate) _running++;
        _ = RunAsync(queue, script, batch);
    }

    private async Task RunAsync(QueueDefinition queue, string script, QueueBatch batch)
    {
        var outcome = QueueBatchOutcome.Failed;
        try
        {
            outcome = await _delivering.RunAsync(queue, script, batch, Pause);
        }
        catch (Exception failure)
        {
            // The queue of a batch may be removed meanwhile, and its messages with it.
            if (_delivering.Broker.Find(_id) is not null) _delivering.OnFailure(failure);
        }
        finally
        {
            Ended(outcome);
        }
    }

    private void Ended(QueueBatchOutcome outcome)
    {
        lock (_gate)
        {
            _running--;
            if (outcome == QueueBatchOutcome.Handled)
            {
                (_pause, _pausedUntil) = (default, default);
                // Others wait: one more at a time from now on.
                if (_isCrowded) _allowed = Math.Min(_allowed + 1, QueueRules.MaxConcurrency);
            }

            if (_running == 0) _stopped?.TrySetResult();
        }

        Signal();
    }

    // Nothing waits: as many at a time as there are now.
    private void Calm()
    {
        lock (_gate) (_isCrowded, _allowed) = (false, Math.Max(1, _running));
    }

    private void Pause()
    {
        lock (_gate)
        {
            _pause = _pause == default ? TimeSpan.FromSeconds(1) : _pause * 2 > LongestPause ? LongestPause : _pause * 2;
            _pausedUntil = _delivering.Time.GetUtcNow() + _pause;
            SetTimer(_pause);
        }
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            if (_isCrowded) _allowed = Math.Min(_allowed + 1, QueueRules.MaxConcurrency);
        }

        Signal();
    }

    // The timer takes no longer ones; and a timer that is early is set again.
    private void SetTimer(TimeSpan wait)
    {
        lock (_gate)
        {
            if (_stopped is null) _timer.Change(wait < TimeSpan.FromDays(1) ? wait : TimeSpan.FromDays(1), Timeout.InfiniteTimeSpan);
        }
    }
}

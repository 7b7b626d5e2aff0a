using System.Collections.Concurrent;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Workflows;

namespace Skep.Edge.Triggers;

/// <summary>Runs the instances of Workflows that are due: new ones, those whose sleep is over, and those that an event has come for. What
/// ran when the last process was lost goes on where its steps say. There is one scheduler for a store.</summary>
/// <param name="queue">What is due.</param>
/// <param name="target">Runs it.</param>
/// <param name="time">The clock.</param>
/// <param name="onFailure">Hears of errors that are no one's but Skep's.</param>
public sealed class WorkflowScheduler(IWorkflowQueue queue, IWorkflowTarget target, TimeProvider time, Action<Exception> onFailure) : IAsyncDisposable
{
    // Instances that run at the same time. Those that wait are not among them: they are on the disk only.
    private const int MostAtOnce = 256;

    // An instance that takes its process along so often in a row is the reason.
    private const int MostLosses = 5;

    private static readonly TimeSpan SweepEvery = TimeSpan.FromHours(1);

    // After storage has failed.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    // How long runs may go on when the server ends; what has not ended then goes on after the next start.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<WorkflowRun, Task> _running = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly LastingFailure _failure = new(onFailure);
    private Task _work = Task.CompletedTask;
    private ITimer? _timer;
    private volatile bool _abandoned;

    /// <summary>Begins with what the last process has left.</summary>
    public void Start()
    {
        _timer = time.CreateTimer(_ => Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        queue.Changed = Wake;
        Wake();
        _work = WorkAsync();
    }

    /// <summary>Runs nothing more, and lets what runs end, for a while.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested) return;
        queue.Changed = null;
        await _stopping.CancelAsync();
        await _work;
        if (_timer is not null) await _timer.DisposeAsync();
        await Task.WhenAny(Task.WhenAll(_running.Values), Task.Delay(Patience, time));
        _abandoned = true;
    }

    private void Wake()
    {
        if (_wake.CurrentCount == 0) _wake.Release();
    }

    private async Task WorkAsync()
    {
        var swept = DateTimeOffset.MinValue;
        var recovered = false;
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await _wake.WaitAsync(_stopping.Token);
                if (!recovered) await queue.RecoverAsync();
                recovered = true;
                var now = time.GetUtcNow();
                if (now - swept >= SweepEvery)
                {
                    swept = now;
                    await queue.SweepAsync(now);
                }

                var room = MostAtOnce - _running.Count;
                if (room <= 0) continue;
                foreach (var task in await queue.TakeAsync(now, room)) Start(task);
                if (await queue.NextAsync() is { } next) _timer!.Change(next > now ? Least(next - now, SweepEvery) : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
                _failure.Ended();
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // What is due stays due.
                _failure.Met(failure);
                _timer!.Change(Pause, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Start(WorkflowTask task)
    {
        TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _running[task.Run] = ended.Task;
        _ = RunAsync(task, ended);
    }

    private async Task RunAsync(WorkflowTask task, TaskCompletionSource ended)
    {
        try
        {
            var outcome = await DeliverAsync(task);
            // What the end of the server cut short has not ended.
            if (!_abandoned) await queue.EndAsync(task.Run, outcome);
        }
        catch (Exception failure)
        {
            onFailure(failure);
        }
        finally
        {
            _running.TryRemove(task.Run, out _);
            ended.SetResult();
            Wake();
        }
    }

    private async Task<WorkflowOutcome> DeliverAsync(WorkflowTask task)
    {
        var isLast = task.Losses >= MostLosses;
        try
        {
            if (await target.RunAsync(task) is { } outcome) return outcome.Lost is not null && isLast ? GivenUp(task) : outcome;

            // It may be on its way: a server that starts reads what was deployed.
            if (isLast) return new WorkflowOutcome(null, Error: new WorkflowFailure("WorkflowInternalError", $"The Worker \"{task.Definition.Script}\" has no deployment."));
        }
        catch (Exception lost)
        {
            onFailure(lost);
            if (isLast) return GivenUp(task);
        }

        return new WorkflowOutcome(null, Lost: time.GetUtcNow() + TimeSpan.FromSeconds(task.Losses * task.Losses));
    }

    private static WorkflowOutcome GivenUp(WorkflowTask task) => new(null, Error: new WorkflowFailure(
        "WorkflowInternalError", $"The instance was given up: what ran it was lost {task.Losses + 1} times in a row."));

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
}

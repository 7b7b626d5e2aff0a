using Skep.Supervision.Link;
using Skep.Supervision.Messages;

namespace Skep.Supervision.Processes;

/// <summary>Keeps as many worker processes serving as there should be. Whatever happens (a start, a death, a wish to replace) leads to
/// the same step: compare what is with what should be, and do what is missing.</summary>
/// <param name="options">How many.</param>
/// <param name="starter">Starts one.</param>
/// <param name="handler">Answers one.</param>
/// <param name="prepare">Tells a process that is ready what to route to.</param>
/// <param name="report">Hears what the operator should know.</param>
/// <param name="time">The clock.</param>
internal sealed class Fleet(
    FleetOptions options, ProcessStarter starter, Func<WorkerProcess, ILinkHandler> handler, Func<WorkerProcess, Task> prepare, Action<FleetEvent> report, TimeProvider time)
{
    // A process that has not become ready by then never will.
    private static readonly TimeSpan _startTimeout = TimeSpan.FromSeconds(60);
    private const int FatalFailures = 3;

    private readonly Lock _gate = new();
    private readonly List<WorkerProcess> _processes = [];
    private readonly SemaphoreSlim _changed = new(0);
    private readonly RestartDelay _delay = new();
    private readonly TaskCompletionSource _serving = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _replaced;
    private DateTimeOffset _notBefore;
    private int _launching;
    private uint _turn;
    private bool _stopping;

    /// <summary>Ends when all processes serve for the first time; fails when they do not start.</summary>
    public Task Serving => _serving.Task;

    /// <summary>The processes that live, those that end excepted.</summary>
    public IReadOnlyList<WorkerProcess> Members
    {
        get
        {
            lock (_gate) return [.. _processes.Where(process => process.State != ProcessState.Draining)];
        }
    }

    /// <summary>All that have not ended.</summary>
    public IReadOnlyList<WorkerProcess> Alive
    {
        get
        {
            lock (_gate) return [.. _processes];
        }
    }

    /// <summary>The processes that run workers, or may: those that end are among them until they have ended.</summary>
    public IReadOnlyList<WorkerProcess> Running
    {
        get
        {
            lock (_gate) return [.. _processes.Where(process => process.State != ProcessState.Starting)];
        }
    }

    /// <summary>Where to try something that may bring a process down: a spare one, so that no client suffers.</summary>
    public WorkerProcess? Trial
    {
        get
        {
            lock (_gate)
                return _processes.Where(process => process.State is ProcessState.Spare or ProcessState.Serving).OrderBy(process => process.State).ThenBy(process => process.IsOutdated).FirstOrDefault();
        }
    }

    /// <summary>A process that serves, each in turn, as soon as the first ones do.</summary>
    /// <exception cref="InvalidOperationException">None serves at the moment.</exception>
    public async ValueTask<WorkerProcess> NextAsync() =>
        await FindNextAsync() ?? throw new InvalidOperationException("No worker process serves at the moment.");

    /// <summary>The same; null when none serves at the moment.</summary>
    public async ValueTask<WorkerProcess?> FindNextAsync()
    {
        if (TakeTurn() is { } process) return process;
        await Serving;
        return TakeTurn();
    }

    /// <summary>Keeps the processes until it is stopped.</summary>
    public async Task RunAsync()
    {
        for (;;)
        {
            TimeSpan until;
            lock (_gate)
            {
                if (_stopping) return;
                until = Plan();
            }

            await _changed.WaitAsync(until);
        }
    }

    /// <summary>Replaces every process by a new one, one after the other. Ends when the last old one takes nothing new any more.</summary>
    public Task ReplaceAllAsync()
    {
        lock (_gate)
        {
            foreach (var process in _processes) process.IsOutdated = true;
            _replaced ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _changed.Release();
            return _replaced.Task;
        }
    }

    /// <summary>Lets every process answer what was accepted, and ends it. None is started any more.</summary>
    public async Task StopAsync()
    {
        WorkerProcess[] processes;
        lock (_gate)
        {
            _stopping = true;
            _changed.Release();
            processes = [.. _processes];
            foreach (var process in processes) process.State = ProcessState.Draining;
        }

        // What one process still answers may need objects of another: all answer first, then all end.
        await Task.WhenAll(processes.Select(process => AnswerAllAsync(process)));
        await Task.WhenAll(processes.Select(process => EndAsync(process, LinkMethod.End, LinkMessage.Empty)));
    }

    /// <summary>Ends every process at once.</summary>
    public void Kill()
    {
        lock (_gate)
        {
            _stopping = true;
            foreach (var process in _processes) process.Kill();
        }
    }

    private WorkerProcess? TakeTurn()
    {
        lock (_gate)
        {
            var serving = _processes.Where(process => process.State == ProcessState.Serving).ToList();
            return serving.Count == 0 ? null : serving[(int)(_turn++ % (uint)serving.Count)];
        }
    }

    /// <summary>Does what is missing; returns when to look again if nothing happens.</summary>
    private TimeSpan Plan()
    {
        var now = time.GetUtcNow();
        Outdate(now);
        var fresh = _processes.Where(process => process is { IsOutdated: false, State: not ProcessState.Draining }).ToList();
        var serving = _processes.Count(process => process.State == ProcessState.Serving);

        foreach (var spare in Spares().Take(options.Processes - serving))
        {
            Promote(spare);
            serving++;
        }

        // One goes when its successor serves; the next waits until that has happened.
        var accepting = _processes.Count(process => process is { IsAccepting: true, State: ProcessState.Serving });
        var old = _processes.Find(process => process is { IsOutdated: true, State: ProcessState.Serving });
        if (old is not null && accepting > options.Processes) Retire(old);
        else if (old is not null && serving == options.Processes && Spares().FirstOrDefault(process => !process.IsOutdated) is { } successor) Promote(successor);
        else if (old is null && accepting >= options.Processes) FinishReplacement();

        var missing = options.Processes + options.Spares - fresh.Count - _launching;
        if (missing <= 0) return NextAge(now);
        if (now < _notBefore) return _notBefore - now;

        // Side by side at first; later one by one, because the others need the cores.
        var starting = fresh.Count(process => process.State == ProcessState.Starting) + _launching;
        for (var i = serving == 0 ? missing : Math.Min(missing, 1 - starting); i > 0; i--) Start();
        return NextAge(now);
    }

    private List<WorkerProcess> Spares() => [.. _processes.Where(process => process.State == ProcessState.Spare).OrderBy(process => process.IsOutdated)];

    private void Outdate(DateTimeOffset now)
    {
        if (options.RecycleAfter is not { } age) return;
        // One at a time: the others get old meanwhile, and have their turn.
        if (_processes.Any(process => process.IsOutdated)) return;
        if (_processes.Find(process => process.State != ProcessState.Draining && now - process.Started >= age) is { } aged) aged.IsOutdated = true;
    }

    private TimeSpan NextAge(DateTimeOffset now)
    {
        if (options.RecycleAfter is not { } age || _processes.Count == 0) return Timeout.InfiniteTimeSpan;
        var next = _processes.Min(process => process.Started) + age - now;
        // The timer takes no longer ones, and an aged process may have to wait for its turn.
        return next <= TimeSpan.Zero ? TimeSpan.FromMinutes(1) : next < TimeSpan.FromDays(1) ? next : TimeSpan.FromDays(1);
    }

    private void FinishReplacement()
    {
        foreach (var spare in _processes.Where(process => process is { IsOutdated: true, State: ProcessState.Spare }).ToList()) Retire(spare);
        _serving.TrySetResult();
        _replaced?.TrySetResult();
        _replaced = null;
    }

    private void Promote(WorkerProcess process)
    {
        process.State = ProcessState.Serving;
        _ = PromoteAsync(process);
    }

    private async Task PromoteAsync(WorkerProcess process)
    {
        try
        {
            await process.Link.TellAsync(LinkMethod.Accept);
            lock (_gate) process.IsAccepting = true;
            report(new FleetEvent.Serves(process.Id));
            _changed.Release();
        }
        catch (Exception failure)
        {
            report(new FleetEvent.Failed(process.Id, failure.Message));
            process.Kill();
        }
    }

    private void Retire(WorkerProcess process)
    {
        process.State = ProcessState.Draining;
        _ = EndAsync(process, LinkMethod.Drain, new LinkMessage(LinkRecords.Write(new Drain(Leaves: true))));
    }

    private async Task AnswerAllAsync(WorkerProcess process)
    {
        try
        {
            await process.Link.TellAsync(LinkMethod.Drain, new Drain(Leaves: false)).WaitAsync(options.DrainTimeout, time);
        }
        catch (Exception failure) when (failure is TimeoutException or LinkException)
        {
            process.Kill();
        }
    }

    private async Task EndAsync(WorkerProcess process, LinkMethod method, LinkMessage how)
    {
        try
        {
            await process.Link.CallAsync(method, how).WaitAsync(options.DrainTimeout, time);
            await process.Ended.WaitAsync(options.DrainTimeout, time);
        }
        catch (Exception failure) when (failure is TimeoutException or LinkException)
        {
            process.Kill();
            await process.Ended;
        }
    }

    private void Start()
    {
        _launching++;
        _ = Task.Run(StartAsync);
    }

    private async Task StartAsync()
    {
        WorkerProcess process;
        try
        {
            process = starter.Start(handler);
        }
        catch (Exception failure)
        {
            report(new FleetEvent.Failed(0, failure.Message));
            lock (_gate) _launching--;
            Lost(TimeSpan.Zero);
            return;
        }

        lock (_gate)
        {
            _launching--;
            _processes.Add(process);
            if (_stopping) process.Kill();
        }

        _ = BuryAsync(process);
        await PrepareAsync(process);
    }

    private async Task PrepareAsync(WorkerProcess process)
    {
        try
        {
            await Task.WhenAny(process.Ready, process.Ended).WaitAsync(_startTimeout, time);
            await process.Ready.WaitAsync(TimeSpan.Zero, time);
            await prepare(process).WaitAsync(_startTimeout, time);
            lock (_gate)
            {
                if (process.State == ProcessState.Starting) process.State = ProcessState.Spare;
                _changed.Release();
            }

            await WatchAsync(process);
        }
        catch (Exception failure)
        {
            // One that has ended is reported by its end.
            if (!process.Ended.IsCompleted && failure is not LinkClosedException) report(new FleetEvent.Failed(process.Id, failure.Message));
            process.Kill();
        }
    }

    /// <summary>Asks the process again and again how it is.</summary>
    private async Task WatchAsync(WorkerProcess process)
    {
        var interval = TimeSpan.FromSeconds(Math.Min(1, options.UnresponsiveAfter.TotalSeconds / 2));
        while (!process.Ended.IsCompleted)
        {
            await Task.Delay(interval, time);
            Health health;
            try
            {
                health = await process.Link.AskAsync<Health>(LinkMethod.Ping).WaitAsync(options.UnresponsiveAfter, time);
            }
            catch (LinkClosedException)
            {
                return;
            }
            catch (TimeoutException)
            {
                report(new FleetEvent.Unresponsive(process.Id, options.UnresponsiveAfter));
                process.Kill();
                return;
            }

            process.Gauges = health.Gauges;
            if (health.ThreadsLost == 0 || process.IsOutdated) continue;
            report(new FleetEvent.Worn(process.Id, health.ThreadsLost));
            lock (_gate) process.IsOutdated = true;
            _changed.Release();
        }
    }

    private async Task BuryAsync(WorkerProcess process)
    {
        var code = await process.Ended;
        bool isExpected;
        lock (_gate)
        {
            _processes.Remove(process);
            isExpected = process.State == ProcessState.Draining || _stopping;
        }

        report(new FleetEvent.Ended(process.Id, code, isExpected));
        if (isExpected) _changed.Release();
        else Lost(time.GetUtcNow() - process.Started);
    }

    private void Lost(TimeSpan lifetime)
    {
        lock (_gate)
        {
            var wait = _delay.After(lifetime);
            _notBefore = time.GetUtcNow() + wait;
            if (wait > TimeSpan.Zero) report(new FleetEvent.Waiting(_delay.Failures, wait));
            if (_delay.Failures >= FatalFailures)
                _serving.TrySetException(new InvalidOperationException("The worker processes do not start; what they printed says why."));
        }

        _changed.Release();
    }
}

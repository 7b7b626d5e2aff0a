using Skep.Abstractions.Errors;
using Skep.Abstractions.Workers;
using Skep.Runtime.Workers;

namespace Skep.Runtime.Loading;

/// <summary>A worker whose code another worker gives. What is delivered before that is there waits for it.</summary>
/// <param name="name">What its isolates are called, in logs.</param>
/// <param name="onFailed">Hears that it could not be loaded: who asks for it again shall get another.</param>
internal sealed class LoadedWorker(string name, Action<LoadedWorker> onFailed)
{
    private static readonly WorkerError Unloaded = new(WorkerErrorCode.Exception, "The dynamic Worker has been unloaded. Get it from the loader again.");

    private readonly Lock gate = new();
    private readonly TaskCompletionSource left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<Action<IWorker>>? waiting = [];
    private IWorker? worker;
    private int references;
    private int entered;
    private bool isAsked;
    private bool retired;

    /// <summary>What its isolates are called, in logs.</summary>
    public string Name => name;

    /// <summary>The invocation that gives the code; null when it has, or nobody was found yet.</summary>
    public Invocation? Provider { get; private set; }

    /// <summary>True while others can ask for it by a name. Its keeper's, under whose lock it is.</summary>
    public bool IsNamed { get; set; }

    /// <summary>When it was last asked for or called, in <see cref="Environment.TickCount64"/>.</summary>
    public long LastUsed { get; private set; } = Environment.TickCount64;

    /// <summary>Nobody holds it, and nothing waits for it.</summary>
    public bool IsIdle
    {
        get
        {
            lock (gate) return references == 0 && waiting is null;
        }
    }

    /// <summary>Holds it for an invocation; false when it is not there any more.</summary>
    /// <param name="by">The invocation.</param>
    /// <param name="isWanted">True for the first one: it gives the code.</param>
    public bool TryHold(Invocation by, out bool isWanted)
    {
        lock (gate)
        {
            isWanted = false;
            if (retired) return false;
            LastUsed = Environment.TickCount64;
            references++;
            isWanted = !isAsked;
            isAsked = true;
            if (isWanted) Provider = by;
            return true;
        }
    }

    /// <summary>The invocation has ended. Code that it has not given will not come.</summary>
    public void Release(Invocation by)
    {
        bool isLost;
        lock (gate)
        {
            references--;
            isLost = Provider == by;
        }

        if (isLost) Fail(new WorkerError(WorkerErrorCode.Exception, "The code of the dynamic Worker will not come: the event that was to give it has ended."));
    }

    /// <summary>The code is there: starts it.</summary>
    public async Task StartAsync(Func<Task<IWorker>> start)
    {
        lock (gate) Provider = null;
        try
        {
            Publish(await start().ConfigureAwait(false));
        }
        catch (WorkerStartupException failure)
        {
            Fail(failure.Error);
        }
    }

    /// <summary>There is no code, or none that can be started.</summary>
    public void Fail(WorkerError error)
    {
        lock (gate) Provider = null;
        onFailed(this);
        Publish(new RefusingWorker(WorkerVersion.Unread(name), error));
    }

    /// <summary>Hands something to the worker, once it is there.</summary>
    public WorkerError? Deliver(Action<IWorker> deliver)
    {
        IWorker running;
        lock (gate)
        {
            LastUsed = Environment.TickCount64;
            if (retired) return Unloaded;
            if (waiting is not null)
            {
                waiting.Add(deliver);
                return null;
            }

            running = worker!;
            entered++;
        }

        Hand(running, deliver);
        return null;
    }

    /// <summary>Lets what runs end, and frees it.</summary>
    public async Task RetireAsync()
    {
        List<Action<IWorker>>? refused;
        IWorker? running;
        bool isEntered;
        lock (gate)
        {
            if (retired) return;
            retired = true;
            refused = waiting;
            waiting = null;
            running = worker;
            isEntered = entered > 0;
        }

        if (refused is { Count: > 0 })
        {
            RefusingWorker nobody = new(WorkerVersion.Unread(name), Unloaded);
            foreach (var each in refused) each(nobody);
        }

        if (isEntered) await left.Task.ConfigureAwait(false);
        if (running is not null) await running.DisposeAsync().ConfigureAwait(false);
    }

    private void Publish(IWorker started)
    {
        List<Action<IWorker>>? ready;
        var isUnwanted = false;
        lock (gate)
        {
            ready = waiting;
            waiting = null;
            isUnwanted = retired || worker is not null;
            if (!isUnwanted)
            {
                worker = started;
                entered += ready?.Count ?? 0;
            }
        }

        if (isUnwanted)
        {
            _ = started.DisposeAsync();
            return;
        }

        foreach (var each in ready ?? []) Hand(started, each);
    }

    private void Hand(IWorker running, Action<IWorker> deliver)
    {
        try
        {
            deliver(running);
        }
        finally
        {
            lock (gate)
            {
                if (--entered == 0 && retired) left.TrySetResult();
            }
        }
    }
}

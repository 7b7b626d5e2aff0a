using System.Diagnostics;
using Skep.Abstractions.Channels;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Objects;
using Skep.Abstractions.Tracing;
using Skep.Abstractions.Workers;
using Skep.Runtime.Fetch;
using Skep.Runtime.Isolates;
using Skep.Runtime.Tracing;
using Skep.V8;

namespace Skep.Runtime.Workers;

/// <summary>One event in a worker: from its delivery until its handler, its response and its <c>waitUntil</c> promises are done.
/// Touched only inside its isolate's turns.</summary>
internal abstract partial class Invocation : IsolateTask
{
    private CancellationTokenSource? cancellation;
    private TraceRecorder? trace;
    private long refilledAt;
    private readonly long started = Stopwatch.GetTimestamp();

    protected Invocation() => Invocation = this;

    /// <summary>The isolate that runs it.</summary>
    public WorkerIsolate Isolate { get; set; } = null!;

    /// <summary>How many workers have handed on what it answers: 0 for a client's request.</summary>
    public virtual int Depth => 0;

    /// <summary>What its caller decides about it, or null.</summary>
    public virtual InvocationTerms? Terms => null;

    /// <summary>Carries its <c>fetch()</c> calls and TCP connections.</summary>
    public ISubrequestChannel Outbound => (Terms as RoutedTerms)?.Outbound ?? Isolate.Worker.Services.Outbound;

    /// <summary>Its number in JavaScript.</summary>
    public int Id { get; set; }

    /// <summary>CPU time used, in Stopwatch ticks.</summary>
    public long CpuTicks { get; set; }

    /// <summary>Operations in flight whose completion will run JavaScript for it.</summary>
    public int Pending { get; set; }

    /// <summary><c>waitUntil</c> promises that have not settled.</summary>
    public int WaitUntil { get; set; }

    /// <summary>Timers it waits for.</summary>
    public int Timers { get; set; }

    /// <summary>Subrequests sent so far.</summary>
    public int Subrequests { get; set; }

    /// <summary>Operations on the platform's own services so far; each is among the subrequests too.</summary>
    public int ServiceOperations { get; private set; }

    /// <summary>Data points of Analytics Engine that it has written.</summary>
    public int DataPoints { get; set; }

    /// <summary>Bytes of console output so far.</summary>
    public int LogBytes { get; set; }

    /// <summary>It had to wait for an isolate: its client may have left meanwhile.</summary>
    public bool Waited { get; set; }

    /// <summary>Records what it says; null when nobody wants to know.</summary>
    public virtual TraceRecorder? Trace => trace;

    /// <summary>Whose I/O its code does: its own, or that of the Durable Object whose event it is.</summary>
    public virtual Invocation Context => this;

    /// <summary>Lets in what completes for it; null when nothing is ever kept out.</summary>
    public virtual InputGate? Input => null;

    /// <summary>Holds back what its code sends; null when nothing is.</summary>
    public virtual OutputGate? Output => null;

    /// <summary>What the Durable Object stores whose context it is.</summary>
    public virtual IObjectStorage? Storage => null;

    /// <summary>All that is stored there has been deleted.</summary>
    public virtual void OnStorageCleared()
    {
    }

    /// <summary>How it ended, or would if it did now.</summary>
    public InvocationOutcome Outcome { get; protected set; } = InvocationOutcome.Ok;

    /// <summary>Ended: nothing of it runs any more.</summary>
    public bool Ended { get; private set; }

    /// <summary>Cancelled when the invocation ends.</summary>
    public CancellationToken Cancellation => (cancellation ??= new CancellationTokenSource()).Token;

    /// <summary>The connections it holds.</summary>
    public ConnectionQueue Connections => field ??= new ConnectionQueue(Isolate.Worker.Version.Limits.SimultaneousConnections);

    /// <summary>The CPU time it may still use.</summary>
    public long CpuAllowance
    {
        get
        {
            var limit = CpuLimit(Isolate.Worker.Version.Limits);
            if (Terms?.CpuTime is { } lower && lower < limit) limit = lower;
            var ticks = (long)(limit.TotalSeconds * Stopwatch.Frequency);
            return Math.Max(ticks - (CpuTicks - refilledAt), 0);
        }
    }

    /// <summary>The CPU time that it may use in all.</summary>
    protected virtual TimeSpan CpuLimit(WorkerLimits limits) => limits.CpuTime;

    /// <summary>Subrequests that it may send in all.</summary>
    public int SubrequestLimit => Math.Min(Isolate.Worker.Version.Limits.Subrequests, Terms?.Subrequests ?? int.MaxValue);

    /// <summary>The event as a trace shows it.</summary>
    protected abstract TraceEvent Traced { get; }

    /// <summary>The named entrypoint that handles it, or null for the default export.</summary>
    protected abstract string? Entrypoint { get; }

    /// <summary>The event's span; the default when it has none.</summary>
    public abstract ActivityContext Span { get; }

    /// <summary>Begins to record what it says.</summary>
    public virtual void BeginTrace() => trace = new TraceRecorder(Traced, Entrypoint, (long)Isolate.Clock);

    /// <summary>Begins the CPU time allowed anew: an event of its own is delivered.</summary>
    public void RefillCpu() => refilledAt = CpuTicks;

    /// <summary>Begins the count of subrequests anew, likewise.</summary>
    public void RefillSubrequests() => (Subrequests, ServiceOperations) = (0, 0);

    /// <summary>One subrequest more.</summary>
    /// <exception cref="JsException">There have been as many as an invocation may send.</exception>
    public void CountSubrequest()
    {
        if (Subrequests >= SubrequestLimit)
        {
            throw JsException.Plain("Too many subrequests by single Worker invocation. To configure this limit, refer to https://developers.cloudflare.com/workers/wrangler/configuration/#limits");
        }

        Subrequests++;
    }

    /// <summary>One operation more on a service of the platform, which is a subrequest.</summary>
    /// <exception cref="JsException">There have been as many as an invocation may make.</exception>
    public void CountServiceOperation()
    {
        if (ServiceOperations >= Isolate.Worker.Version.Limits.ServiceOperations)
        {
            throw JsException.Plain("Too many API requests by single Worker invocation. To configure this limit, refer to https://developers.cloudflare.com/workers/wrangler/configuration/#limits");
        }

        CountSubrequest();
        ServiceOperations++;
    }

    /// <summary>The same, and counts it for whoever pays.</summary>
    /// <param name="counter">What it is, such as <c>kv.reads</c>.</param>
    /// <param name="amount">How many of that.</param>
    public void CountServiceOperation(string counter, long amount = 1)
    {
        CountServiceOperation();
        Isolate.Worker.Meter?.Counter(counter).Add(amount);
    }

    /// <summary>Whether something may leave without waiting, for others and for one of the connections, which it has then.</summary>
    public bool TrySendAtOnce() => Output is not { IsLocked: true } && Connections.TryEnter();

    /// <summary>Sends something out of the worker: now, or when what its Durable Object wrote before is durable. With an error it never is.</summary>
    public void Send(Action<WorkerError?> send)
    {
        if (Output is { IsLocked: true } gate) gate.Send(send);
        else send(null);
    }

    /// <summary>It never began: there is no isolate for it.</summary>
    public abstract void Refuse(WorkerError error);

    /// <summary>The handler threw, was stopped, or cannot go on.</summary>
    public abstract void Fail(WorkerError error, InvocationOutcome outcome);

    /// <summary>A promise given to <c>waitUntil</c> was rejected.</summary>
    public virtual void WaitUntilRejected(WorkerError failure)
    {
    }

    /// <summary>Its handler is done.</summary>
    public virtual void HandlerEnded() => throw new InvalidOperationException($"{GetType().Name} does not end with its handler.");

    /// <summary>A turn ends in which its code ran: before anything leaves.</summary>
    public virtual void EndTurn()
    {
    }

    /// <summary>After each of its turns: ends it when all is done, fails it when nothing can ever finish it.</summary>
    public abstract void AfterTurn();

    /// <summary>The figures so far.</summary>
    public InvocationSummary Summarise(InvocationOutcome outcome, WorkerError? error = null) =>
        new(outcome, Stopwatch.GetElapsedTime(0, CpuTicks + (Isolate?.TurnTicks(this) ?? 0)), Stopwatch.GetElapsedTime(started), Subrequests, error);

    /// <summary>Forgets it: pending operations are cancelled and their results dropped.</summary>
    public virtual void End()
    {
        if (Ended) return;
        Ended = true;
        waitUntilTimer?.Dispose();
        Account();
        Isolate.Remove(this);
        if (cancellation is not { } source) return;
        // Handlers of the token may complete synchronously and post to this isolate; that is only an enqueue here.
        source.Cancel();
        source.Dispose();
    }

    private void Account()
    {
        var (meter, trace) = (Isolate.Worker.Meter, Trace);
        if (meter is null && trace is null) return;
        var summary = Summarise(Outcome);
        meter?.Count(summary.Outcome, summary.Cpu, summary.Wall, summary.Subrequests);
        if (trace is not null) Isolate.Worker.Publish(trace.Finish(Isolate.Worker.Version.Name, Isolate.Worker.Version.Id, summary));
    }
}

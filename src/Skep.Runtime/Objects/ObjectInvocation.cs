using System.Diagnostics;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Runtime.Isolates;
using Skep.Runtime.Workers;

namespace Skep.Runtime.Objects;

/// <summary>One event of a Durable Object that is no request: from its begin in the instance until it has been answered. Its I/O is the instance's.</summary>
internal abstract class ObjectInvocation : Invocation
{
    private readonly ObjectEvent source;
    private WorkerError? error;

    protected ObjectInvocation(ObjectEvent source, ObjectInstance instance)
    {
        this.source = source;
        Instance = instance;
        Gate = instance.Input;
    }

    /// <inheritdoc/>
    public sealed override Invocation Context => Instance;

    /// <inheritdoc/>
    public sealed override InvocationTerms? Terms => Instance.TermsOf(source);

    /// <inheritdoc/>
    public override ActivityContext Span => default;

    protected ObjectInstance Instance { get; }

    /// <inheritdoc/>
    protected sealed override string? Entrypoint => Instance.Class.ClassName;

    /// <inheritdoc/>
    public sealed override void Run(WorkerIsolate isolate, ref TurnResult result)
    {
        if (!Instance.TryBegin(this, source)) return;
        isolate.Add(this);
        Start(isolate, ref result);
    }

    /// <inheritdoc/>
    public sealed override void Lost() => Instance.Live.Return(source);

    /// <inheritdoc/>
    public sealed override void Refuse(WorkerError refusal) => source.Refuse(refusal);

    /// <summary>The handler is done, or has been answered for.</summary>
    public void Answered(InvocationOutcome outcome, WorkerError? failure)
    {
        if (Ended) return;
        Outcome = outcome;
        error ??= failure;
        End();
    }

    /// <inheritdoc/>
    public override void HandlerEnded() => Answered(InvocationOutcome.Ok, null);

    /// <inheritdoc/>
    public sealed override void Fail(WorkerError failure, InvocationOutcome outcome)
    {
        if (Ended) return;
        Trace?.Exception(failure, Isolate.Clock);
        Answered(outcome, failure);
    }

    /// <inheritdoc/>
    public sealed override void AfterTurn()
    {
    }

    /// <inheritdoc/>
    public sealed override void End()
    {
        if (Ended) return;
        base.End();
        Instance.EventEnded(this);
        Finished(Summarise(Outcome, error));
    }

    /// <summary>Calls the handler.</summary>
    protected abstract void Start(WorkerIsolate isolate, ref TurnResult result);

    /// <summary>It has ended, in whatever way.</summary>
    protected abstract void Finished(in InvocationSummary summary);
}

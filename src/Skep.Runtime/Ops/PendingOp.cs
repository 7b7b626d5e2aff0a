using Skep.Runtime.Isolates;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Ops;

/// <summary>An asynchronous op: its promise, and what settles it. <see cref="Begin"/> in the op, <see cref="Finish"/> from any
/// thread when the work is done; then <see cref="Result"/> makes the value inside the isolate.</summary>
internal abstract class PendingOp : IsolateTask
{
    private JsHandle promise;
    private WorkerIsolate? owner;

    /// <summary>Creates the promise, returns it to JavaScript and keeps the invocation alive until it is settled.</summary>
    public void Begin(in OpCall call)
    {
        owner = call.State<WorkerIsolate>();
        Invocation = owner.RequireInvocation();
        promise = call.Isolate.NewPromise(out var local);
        Invocation.Pending++;
        call.Return(local);
    }

    /// <summary>The work is done: the promise is settled in a turn of its own.</summary>
    public void Finish() => owner!.Post(this);

    /// <inheritdoc/>
    public sealed override void Run(WorkerIsolate isolate, ref TurnResult result)
    {
        Invocation!.Pending--;
        if (Invocation.Ended)
        {
            isolate.Engine.Free(promise);
            Dropped();
            return;
        }

        try
        {
            isolate.Engine.Settle(promise, Result(isolate));
        }
        catch (JsException exception)
        {
            isolate.Engine.Settle(promise, isolate.ToError(exception), reject: true);
        }

        JsResult microtasks = default;
        isolate.Engine.RunMicrotasks(ref microtasks);
        result.Take(in microtasks);
    }

    /// <inheritdoc/>
    public sealed override void Lost() => Dropped();

    /// <summary>The value to fulfil the promise with; a <see cref="JsException"/> rejects it.</summary>
    protected abstract JsArgument Result(WorkerIsolate isolate);

    /// <summary>The invocation ended before the result could be used: free what it holds.</summary>
    protected virtual void Dropped()
    {
    }
}

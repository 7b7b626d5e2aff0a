using Skep.Runtime.Isolates;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Ops;

/// <summary>An asynchronous op: its promise, and what settles it. <see cref="Begin"/> in the op, <see cref="Finish"/> from any
/// thread when the work is done; then <see cref="Result"/> makes the value inside the isolate.</summary>
internal abstract class PendingOp : IsolateTask
{
    // What an operation under way costs the process besides its data.
    private const long Overhead = 1024;

    private JsHandle promise;
    private long charged;
    private WorkerIsolate? owner;

    /// <summary>Creates the promise, returns it to JavaScript and keeps the invocation alive until it is settled.</summary>
    public void Begin(in OpCall call)
    {
        owner = call.State<WorkerIsolate>();
        Invocation = owner.RequireInvocation();
        Gate = owner.GateOf(Invocation);
        Charge(in call);
        promise = call.Isolate.NewPromise(out var local);
        Invocation.Pending++;
        call.Return(local);
    }

    /// <summary>The work is done: the promise is settled in a turn of its own.</summary>
    public void Finish() => Handover.Post(owner!, this);

    /// <inheritdoc/>
    public sealed override void Run(WorkerIsolate isolate, ref TurnResult result)
    {
        Invocation!.Pending--;
        isolate.Engine.Discharge(charged);
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

    /// <summary>The host keeps copies of the arguments while the operation is under way: they are the worker's memory too.</summary>
    private void Charge(in OpCall call)
    {
        var bytes = Overhead;
        for (var i = 0; i < call.Count; i++)
        {
            var argument = call[i];
            if (argument.Kind is JsKind.Bytes or JsKind.String) bytes += argument.Length;
        }

        if (!call.Isolate.TryCharge(bytes)) throw new JsException(JsErrorClass.RangeError, "Out of memory: too much data waits for asynchronous operations.");
        charged = bytes;
    }

    /// <summary>The value to fulfil the promise with; a <see cref="JsException"/> rejects it.</summary>
    protected abstract JsArgument Result(WorkerIsolate isolate);

    /// <summary>The invocation ended before the result could be used: free what it holds.</summary>
    protected virtual void Dropped()
    {
    }
}

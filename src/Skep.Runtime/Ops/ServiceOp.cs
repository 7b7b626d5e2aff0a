using Skep.Runtime.Isolates;
using Skep.V8;

namespace Skep.Runtime.Ops;

/// <summary>An operation on a service of the platform that takes a while.</summary>
/// <param name="convert">Makes the JavaScript value, inside the isolate, and frees what it is made of.</param>
internal abstract class ServiceOp<T>(Func<WorkerIsolate, T, JsArgument> convert) : PendingOp
{
    private ValueTask<T> work;
    private Func<ValueTask<T>>? start;
    private bool entered;

    /// <summary>Returns a promise for what is under way.</summary>
    public void Start(in OpCall call, ValueTask<T> given)
    {
        Begin(in call);
        Await(given);
    }

    /// <summary>The same, for what holds one of the invocation's connections until its result is taken: so that only so much
    /// waits outside the isolate.</summary>
    public void StartEntered(in OpCall call, ValueTask<T> given)
    {
        entered = true;
        Start(in call, given);
    }

    /// <summary>Returns a promise, and starts the work when there is a connection for it.</summary>
    public void StartInLine(in OpCall call, Func<ValueTask<T>> begin)
    {
        start = begin;
        Begin(in call);
        Invocation!.Connections.Enter(Enter);
    }

    /// <inheritdoc/>
    protected override JsArgument Result(WorkerIsolate isolate)
    {
        Leave();
        try
        {
            return convert(isolate, work.GetAwaiter().GetResult());
        }
        catch (Exception exception) when (exception is not JsException)
        {
            throw Refusal(exception) ?? isolate.InternalError(exception);
        }
        finally
        {
            Release();
        }
    }

    /// <summary>What JavaScript is told of a failure that is the service's own; null for any other.</summary>
    protected abstract JsException? Refusal(Exception failure);

    /// <summary>The operation has ended: what it was given is needed no more.</summary>
    protected virtual void Release()
    {
    }

    /// <inheritdoc/>
    protected override void Dropped()
    {
        Leave();
        if (!work.IsCompleted)
        {
            // What it was given is still in use, and its result is nobody's.
            work.AsTask().ContinueWith(static (task, op) => ((ServiceOp<T>)op!).Discard(task), this, TaskScheduler.Default);
            return;
        }

        Discard(work.AsTask());
    }

    private void Discard(Task<T> ended)
    {
        Release();
        if (!ended.IsCompletedSuccessfully)
        {
            // Nobody asks for the failure any more, but it must be observed.
            _ = ended.Exception;
            return;
        }

        switch (ended.Result)
        {
            case IDisposable single:
                single.Dispose();
                break;
            case IEnumerable<IDisposable?> several:
                foreach (var each in several) each?.Dispose();
                break;
        }
    }

    private void Enter()
    {
        entered = true;
        try
        {
            Await(start!());
        }
        catch (Exception refused)
        {
            Await(ValueTask.FromException<T>(refused));
        }
    }

    private void Await(ValueTask<T> given)
    {
        // Both the awaiter and the result are asked: a task may be, another source of values may not.
        work = given.IsCompleted ? given : new ValueTask<T>(given.AsTask());
        if (work.IsCompleted) Finish();
        else work.GetAwaiter().UnsafeOnCompleted(Finish);
    }

    private void Leave()
    {
        if (!entered) return;
        entered = false;
        Invocation!.Connections.Leave();
    }
}

using Skep.Abstractions.Errors;
using Skep.Runtime.Isolates;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Ops;

/// <summary>An operation on a service of the platform that takes a while.</summary>
/// <param name="convert">Makes the JavaScript value, inside the isolate, and frees what it is made of.</param>
internal class ServiceOp<T>(Func<WorkerIsolate, T, JsArgument> convert) : OutgoingOp
{
    private ValueTask<T> work;
    private Func<ValueTask<T>>? start;
    private Stream? unsent;
    private bool needsConnection;
    private bool entered;

    /// <summary>Returns a promise, and starts the work.</summary>
    /// <param name="call">The op's call.</param>
    /// <param name="begin">Asks the service.</param>
    /// <param name="body">What <paramref name="begin"/> consumes, for when it is never called.</param>
    public void Start(in OpCall call, Func<ValueTask<T>> begin, Stream? body = null)
    {
        (start, unsent) = (begin, body);
        BeginSending(in call);
    }

    /// <summary>Returns a promise, and starts the work when there is a connection for it, which it holds until its result is taken: so
    /// that only so much waits outside the isolate.</summary>
    public void StartInLine(in OpCall call, Func<ValueTask<T>> begin)
    {
        needsConnection = true;
        Start(in call, begin);
    }

    /// <summary>Returns a promise for what was started after <see cref="Invocation.TrySendAtOnce"/>, whose connection it holds likewise.</summary>
    public void StartEntered(in OpCall call, ValueTask<T> given)
    {
        entered = true;
        StartSent(in call, given);
    }

    /// <summary>Returns a promise for what was started while nothing was held back.</summary>
    public void StartSent(in OpCall call, ValueTask<T> given)
    {
        Begin(in call);
        Await(given);
    }

    /// <inheritdoc/>
    protected sealed override Stream? Body => unsent;

    /// <inheritdoc/>
    protected sealed override void Send()
    {
        if (needsConnection) Invocation!.Connections.Enter(Enter);
        else Ask();
    }

    /// <inheritdoc/>
    protected sealed override void Withdraw(WorkerError error) => Await(ValueTask.FromException<T>(new RemoteErrorException(error)));

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
    protected virtual JsException? Refusal(Exception failure) => null;

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
        Ask();
    }

    private void Ask()
    {
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

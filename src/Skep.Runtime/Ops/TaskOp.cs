using Skep.Runtime.Isolates;
using Skep.V8;

namespace Skep.Runtime.Ops;

/// <summary>An asynchronous op over a .NET task.</summary>
/// <param name="convert">Makes the JavaScript value, inside the isolate.</param>
internal sealed class TaskOp<T>(Func<WorkerIsolate, T, JsArgument> convert) : PendingOp
{
    private Task<T> task = null!;

    /// <summary>Returns a promise for the task's result. A <see cref="JsException"/> of the task rejects it as such, anything
    /// else as an internal error.</summary>
    public void Start(in OpCall call, Task<T> work)
    {
        task = work;
        Begin(in call);
        if (work.IsCompleted) Finish();
        else work.GetAwaiter().UnsafeOnCompleted(Finish);
    }

    /// <inheritdoc/>
    protected override JsArgument Result(WorkerIsolate isolate)
    {
        try
        {
            return convert(isolate, task.GetAwaiter().GetResult());
        }
        catch (Exception exception) when (exception is not JsException)
        {
            throw isolate.InternalError(exception);
        }
    }
}

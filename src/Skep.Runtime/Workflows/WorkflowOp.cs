using Skep.Abstractions.Workflows;
using Skep.Runtime.Isolates;
using Skep.Runtime.Ops;
using Skep.V8;

namespace Skep.Runtime.Workflows;

/// <summary>An operation on Workflows that takes a while.</summary>
/// <param name="convert">Makes the JavaScript value, inside the isolate.</param>
internal sealed class WorkflowOp<T>(Func<WorkerIsolate, T, JsArgument> convert) : PendingOp
{
    private Task<T> work = null!;

    /// <summary>Returns a promise for what is under way.</summary>
    public void Start(in OpCall call, Task<T> given)
    {
        work = given;
        Begin(in call);
        if (work.IsCompleted) Finish();
        else work.GetAwaiter().UnsafeOnCompleted(Finish);
    }

    /// <inheritdoc/>
    protected override JsArgument Result(WorkerIsolate isolate)
    {
        try
        {
            return convert(isolate, work.GetAwaiter().GetResult());
        }
        catch (WorkflowException refused)
        {
            throw JsException.Plain(refused.Message);
        }
        catch (Exception exception) when (exception is not JsException)
        {
            throw isolate.InternalError(exception);
        }
    }

    /// <inheritdoc/>
    protected override void Dropped() => work.ContinueWith(static task => _ = task.Exception, TaskScheduler.Default);
}

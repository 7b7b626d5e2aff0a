using Skep.Abstractions.Threads;
using Skep.Runtime.Isolates;
using Skep.V8;

namespace Skep.Runtime.Ops;

/// <summary>An asynchronous op that computes: off the isolate's thread, on its invocation's CPU time.</summary>
/// <param name="work">Computes, from copies of the op's arguments; returns what makes the JavaScript value inside the isolate.</param>
internal sealed class ComputeOp(Func<Func<WorkerIsolate, JsArgument>> work) : PendingOp
{
    private Func<WorkerIsolate, JsArgument>? result;
    private Exception? failure;
    private long cpuTicks;

    /// <summary>Returns a promise for the bytes, or for null.</summary>
    public static void Start(in OpCall call, Func<byte[]?> work) =>
        Start(in call, () =>
        {
            var bytes = work();
            return isolate => Bytes(isolate, bytes);
        });

    /// <summary>Returns a promise for the boolean.</summary>
    public static void Start(in OpCall call, Func<bool> work) =>
        Start(in call, () =>
        {
            var value = work();
            return _ => value;
        });

    private static void Start(in OpCall call, Func<Func<WorkerIsolate, JsArgument>> work)
    {
        ComputeOp op = new(work);
        op.Begin(in call);
        call.State<WorkerIsolate>().Computations.Add(op);
    }

    /// <summary>Runs the work. Called once, by the queue.</summary>
    public void Compute()
    {
        if (!Invocation!.Ended)
        {
            var before = ThreadCpuTime.Ticks;
            try
            {
                result = work();
            }
            catch (Exception exception)
            {
                failure = exception;
            }

            cpuTicks = ThreadCpuTime.Ticks - before;
        }

        Finish();
    }

    /// <inheritdoc/>
    protected override JsArgument Result(WorkerIsolate isolate)
    {
        Invocation!.CpuTicks += cpuTicks;
        if (failure is not null) throw isolate.InternalError(failure);
        return result!(isolate);
    }

    private static JsArgument Bytes(WorkerIsolate isolate, byte[]? bytes)
    {
        if (bytes is null) return JsArgument.Null;
        var value = isolate.Engine.NewBytes(bytes.Length, out var memory);
        bytes.CopyTo(memory);
        return value;
    }
}

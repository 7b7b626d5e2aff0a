using System.Diagnostics;
using Skep.Abstractions.Errors;
using Skep.Runtime.Limits;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Isolates;

// The start of the worker's code.
internal sealed partial class WorkerIsolate
{
    /// <summary>Starts the worker's code. The creator owns the isolate until this returns.</summary>
    /// <exception cref="WorkerStartupException">It failed.</exception>
    public void Start()
    {
        WorkerError? error = null;
        var slot = ExecutionSlot.Current;
        var outer = threadIsInside;
        threadIsInside = true;
        Engine.Enter(clock);
        slot.BeginStart(Engine, (long)(Worker.Version.Limits.StartupCpuTime.TotalSeconds * Stopwatch.Frequency));
        try
        {
            error = Worker.Code.Start(this);
        }
        finally
        {
            var given = slot.End(out var overrun) is null;
            if (overrun || Engine.IsCondemned)
            {
                Engine.Resume();
                error = new WorkerError(
                    WorkerErrorCode.Startup,
                    overrun
                        ? $"Script startup exceeded CPU time limit: the global scope may use {Worker.Version.Limits.StartupCpuTime.TotalMilliseconds:0} ms. Move work into the handlers."
                        : "Script startup exceeded the memory limit.");
            }

            Engine.Exit();
            threadIsInside = outer;
            // Whoever waits for the start was told meanwhile.
            if (given) Engine.Dispose();
        }

        if (state == Disposed) return;
        if (error is null)
        {
            started = true;
            Release();
            return;
        }

        Volatile.Write(ref state, Disposed);
        Engine.Dispose();
        throw new WorkerStartupException(error);
    }
}

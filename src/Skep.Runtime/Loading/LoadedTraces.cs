using Skep.Abstractions.Channels;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Tracing;
using Skep.Abstractions.Workers;
using Skep.Runtime.Services;

namespace Skep.Runtime.Loading;

/// <summary>Gives the traces of a loaded worker to its <c>tails</c>.</summary>
internal sealed class LoadedTraces(IReadOnlyList<ServiceTarget> tails, IWorkerObserver observer) : ITraceSink
{
    private static readonly TraceDemand Always = new() { IsConsumed = true };

    /// <inheritdoc/>
    public TraceDemand DemandFor(string script) => Always;

    /// <inheritdoc/>
    public void Publish(InvocationTrace trace)
    {
        foreach (var tail in tails)
        {
            // Not on this thread, which is inside the isolate that is traced.
            ThreadPool.UnsafeQueueUserWorkItem(Deliver, (tail, new TailEvent([trace]) { Entrypoint = tail.Entrypoint, Props = tail.Props }), preferLocal: false);
        }
    }

    private void Deliver((ServiceTarget Tail, TailEvent Given) work)
    {
        var missing = work.Tail.Deliver(work.Given, null, (worker, given) => _ = RunAsync(worker, given));
        if (missing is not null) observer.Uncaught(WorkerVersion.Unread(work.Given.Traces[0].ScriptName), missing);
    }

    private async Task RunAsync(IWorker worker, TailEvent given)
    {
        WorkerError? error;
        try
        {
            error = (await worker.TailAsync(given).ConfigureAwait(false)).Error;
        }
        catch (Exception failure)
        {
            // Whoever was traced does not fail by it.
            error = new WorkerError(WorkerErrorCode.Exception, $"A trace could not be given to its tail: {failure.Message}");
        }

        if (error is not null) observer.Uncaught(worker.Version, error);
    }
}

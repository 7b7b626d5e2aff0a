using System.Text.Json;
using Skep.Abstractions.Events;
using Skep.Runtime.Isolates;

namespace Skep.Runtime.Workers;

// What goes on after the answer.
internal abstract partial class Invocation
{
    private ITimer? waitUntilTimer;

    /// <summary>From now on the <c>waitUntil</c> promises have their limited time.</summary>
    protected void StartWaitUntilTimer()
    {
        if (waitUntilTimer is not null) return;
        var runtime = Isolate.Worker.Runtime;
        waitUntilTimer = runtime.Time.CreateTimer(
            static self => ((Invocation)self!).PostExpiry(), this, Isolate.Worker.Version.Limits.WaitUntil, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Ends it, as nothing can settle its promises.</summary>
    protected void EndHungWaitUntil()
    {
        Warn("A promise given to waitUntil() will never settle: nothing it could wait for is under way. It was cancelled.");
        End();
    }

    private void Warn(string message)
    {
        Isolate.Worker.Services.Observer.Console(Isolate.Worker.Version, new ConsoleMessage(ConsoleLevel.Warn, message));
        Trace?.Log(ConsoleLevel.Warn, $"[\"{JsonEncodedText.Encode(message)}\"]", Isolate.Clock);
    }

    private void PostExpiry() => Isolate.Post(new ExpiryTask { Invocation = this });

    private sealed class ExpiryTask : IsolateTask
    {
        public override void Run(WorkerIsolate isolate, ref TurnResult result)
        {
            if (Invocation!.Ended) return;
            Invocation.Warn("waitUntil() tasks did not complete within the allowed time after invocation end and have been cancelled. See: https://developers.cloudflare.com/workers/runtime-apis/context/#waituntil");
            Invocation.End();
        }
    }
}

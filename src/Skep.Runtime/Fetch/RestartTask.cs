using Skep.Runtime.Isolates;
using Skep.Runtime.WebSockets;

namespace Skep.Runtime.Fetch;

/// <summary>The version is replaced: its connections are told to come back, as <c>wrangler dev</c> does, and would otherwise keep it for as
/// long as they like.</summary>
internal sealed class RestartTask : IsolateTask
{
    public override void Run(WorkerIsolate isolate, ref TurnResult result) =>
        isolate.WebSockets.Shutdown(CloseCode.ServiceRestart, "Service Restart");
}

using Skep.Abstractions.Events;
using Skep.Abstractions.Workers;

namespace Skep.Tests.Supervision.Peers;

/// <summary>A worker whose sessions are answered by C#.</summary>
internal sealed class ScriptedWorker(Action<RpcEvent> rpc) : IWorker
{
    public WorkerVersion Version { get; } = WorkerVersion.Unread("scripted");

    public void Fetch(FetchEvent fetchEvent) => throw new NotSupportedException("It has no fetch handler.");

    public void Rpc(RpcEvent rpcEvent) => rpc(rpcEvent);

    public Task<InvocationSummary> ScheduledAsync(ScheduledEvent scheduledEvent) => throw new NotSupportedException("It has no scheduled handler.");

    public Task DrainAsync() => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

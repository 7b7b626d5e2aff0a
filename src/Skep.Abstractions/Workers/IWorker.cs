using Skep.Abstractions.Events;
using Skep.Abstractions.Metering;
using Skep.Abstractions.Tracing;

namespace Skep.Abstractions.Workers;

/// <summary>A version that is ready to take events. Implemented by the runtime; called by whoever delivers events.</summary>
public interface IWorker : IAsyncDisposable
{
    /// <summary>The version behind it: the very object that was loaded.</summary>
    WorkerVersion Version { get; }

    /// <summary>What the version exports, e.g. <c>fetch</c>, <c>scheduled</c>, <c>Admin.fetch</c>.</summary>
    IReadOnlyList<string> Handlers => [];

    /// <summary>Counts what it uses; null when nobody wants to know.</summary>
    WorkerMeter? Meter => null;

    /// <summary>Starts handling a request. May run JavaScript on the calling thread before it returns; ends with exactly one
    /// <see cref="FetchEvent.Complete"/> or <see cref="FetchEvent.Fail"/>, before or after this method returns.</summary>
    void Fetch(FetchEvent fetchEvent);

    /// <summary>Starts a session of calls. As with <see cref="Fetch"/>, its first call and it end each in one way, sooner or later.</summary>
    void Rpc(RpcEvent rpcEvent);

    /// <summary>Runs the <c>scheduled</c> handler to its end, <c>waitUntil</c> included.</summary>
    Task<InvocationSummary> ScheduledAsync(ScheduledEvent scheduledEvent);

    /// <summary>Runs an instance of a Workflow until it ends or waits for long.</summary>
    Task<WorkflowResult> WorkflowAsync(WorkflowEvent workflowEvent) => throw new NotSupportedException("This worker runs no Workflows.");

    /// <summary>Runs the <c>queue</c> handler to its end.</summary>
    Task<QueueResult> QueueAsync(QueueEvent queueEvent) => throw new NotSupportedException("This worker takes no messages of queues.");

    /// <summary>Runs the <c>email</c> handler to its end, <c>waitUntil</c> included.</summary>
    Task<EmailResult> EmailAsync(EmailEvent emailEvent) => throw new NotSupportedException("This worker takes no email.");

    /// <summary>Runs the <c>tail</c> handler to its end, <c>waitUntil</c> included.</summary>
    Task<InvocationSummary> TailAsync(TailEvent tailEvent) => throw new NotSupportedException("This worker takes no traces.");

    /// <summary>Runs the <c>alarm</c> handler of one of its Durable Objects to its end.</summary>
    Task<AlarmResult> AlarmAsync(AlarmEvent alarmEvent) => throw new NotSupportedException("This worker takes no alarms.");

    /// <summary>Takes no new isolates, lets every invocation end (within the wait-until limit) and frees all isolates.
    /// Events that arrive meanwhile are still served.</summary>
    Task DrainAsync();
}

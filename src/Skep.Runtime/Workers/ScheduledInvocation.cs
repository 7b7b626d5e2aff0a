using System.Diagnostics;
using Skep.Abstractions.Events;
using Skep.Abstractions.Tracing;
using Skep.Runtime.Isolates;
using Skep.V8;

namespace Skep.Runtime.Workers;

/// <summary>A cron event in an isolate.</summary>
internal sealed class ScheduledInvocation(ScheduledEvent scheduled) : HandlerInvocation("scheduled")
{
    /// <inheritdoc/>
    public override ActivityContext Span => scheduled.Span;

    /// <inheritdoc/>
    protected override TraceEvent Traced => new ScheduledTraceEvent(scheduled.Cron, scheduled.ScheduledTime.ToUnixTimeMilliseconds());

    /// <inheritdoc/>
    protected override string? Entrypoint => scheduled.Entrypoint;

    /// <inheritdoc/>
    protected override void Call(WorkerIsolate isolate, ref JsResult js) => isolate.Engine.CallHost(
        HostFunction.Scheduled,
        [Id, (double)scheduled.ScheduledTime.ToUnixTimeMilliseconds(), isolate.Engine.NewString(scheduled.Cron), isolate.NewOptionalString(scheduled.Entrypoint)],
        ref js);
}

using System.Diagnostics;
using Skep.Abstractions.Events;
using Skep.Abstractions.Scheduling;
using Skep.Abstractions.Tracing;
using Skep.Abstractions.Workers;
using Skep.Runtime.Isolates;
using Skep.V8;

namespace Skep.Runtime.Workers;

/// <summary>A cron event in an isolate.</summary>
internal sealed class ScheduledInvocation(ScheduledEvent scheduled) : HandlerInvocation("scheduled")
{
    private readonly TaskCompletionSource<InvocationSummary> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool? isHourly;

    /// <summary>Ends when handler and <c>waitUntil</c> promises have.</summary>
    public Task<InvocationSummary> Completion => completion.Task;

    /// <summary>The handler asked not to be retried.</summary>
    public bool NoRetry { get; set; }

    /// <inheritdoc/>
    public override ActivityContext Span => scheduled.Span;

    /// <inheritdoc/>
    protected override TraceEvent Traced => new ScheduledTraceEvent(scheduled.Cron, scheduled.ScheduledTime.ToUnixTimeMilliseconds());

    /// <inheritdoc/>
    protected override string? Entrypoint => scheduled.Entrypoint;

    /// <inheritdoc/>
    protected override TimeSpan CpuLimit(WorkerLimits limits) => (isHourly ??= IsHourly()) ? limits.HourlyCpuTime : limits.CpuTime;

    /// <inheritdoc/>
    protected override void CallHandler(WorkerIsolate isolate, ref JsResult js)
    {
        var engine = isolate.Engine;
        engine.CallHost(
            HostFunction.Scheduled,
            [Id, (double)scheduled.ScheduledTime.ToUnixTimeMilliseconds(), engine.NewString(scheduled.Cron), isolate.NewOptionalString(scheduled.Entrypoint)],
            ref js);
    }

    /// <inheritdoc/>
    protected override void Complete(in InvocationSummary summary) => completion.TrySetResult(summary);

    // Whether the trigger's times are an hour apart or more (https://developers.cloudflare.com/workers/platform/limits/#cpu-time): this
    // one and the next two.
    private bool IsHourly()
    {
        if (!CronExpression.TryParse(scheduled.Cron, out var cron, out _)) return false;
        var time = scheduled.ScheduledTime;
        DateTimeOffset? first = cron.Contains(time) ? time.AddTicks(-(time.UtcTicks % TimeSpan.TicksPerMinute)) : cron.After(time);
        for (var i = 0; i < 2 && first is { } before; i++)
        {
            var next = cron.After(before);
            if (next - before < TimeSpan.FromHours(1)) return false;
            first = next;
        }

        return true;
    }
}

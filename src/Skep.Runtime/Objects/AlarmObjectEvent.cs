using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Tracing;
using Skep.Runtime.Isolates;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Objects;

/// <summary>A Durable Object's alarm is due.</summary>
internal sealed class AlarmObjectEvent(Worker worker, AlarmEvent alarm) : ObjectEvent(worker)
{
    /// <summary>https://developers.cloudflare.com/durable-objects/api/alarms/: a handler has 15 minutes.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    private readonly TaskCompletionSource<AlarmResult> result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What came of it, once what it wrote is durable.</summary>
    public Task<AlarmResult> Result => result.Task;

    public override Invocation Begin(ObjectInstance instance) => new AlarmInvocation(this, instance);

    // The object's code has seen nothing of it, or threw before it could.
    protected override void Fail(WorkerError error) =>
        result.TrySetResult(new AlarmResult(new InvocationSummary(InvocationOutcome.Exception, default, default, 0, error), Retry: true, Counts: !error.IsRetryable));

    private AlarmEvent Alarm => alarm;

    private sealed class AlarmInvocation(AlarmObjectEvent source, ObjectInstance instance) : ObjectInvocation(source, instance)
    {
        private ITimer? limit;
        private bool begun;

        protected override TraceEvent Traced => new AlarmTraceEvent(source.Alarm.ScheduledTime.ToUnixTimeMilliseconds());

        protected override void Start(WorkerIsolate isolate, ref TurnResult result)
        {
            if (!Instance.Storage!.TryBeginAlarm(source.Alarm.ScheduledTime))
            {
                Answered(InvocationOutcome.Ok, null);
                return;
            }

            begun = true;
            limit = Instance.Worker.Runtime.Time.CreateTimer(_ => isolate.Post(new LimitTask { Invocation = this }), null, Longest, Timeout.InfiniteTimeSpan);
            JsResult js = default;
            isolate.Engine.CallHost(HostFunction.ObjectAlarm, [Instance.Id, Id, (double)source.Alarm.ScheduledTime.ToUnixTimeMilliseconds(), source.Alarm.RetryCount], ref js);
            result.Take(in js);
            if (js.Status == JsStatus.Exception) Fail(isolate.Describe(js.Value.Local), InvocationOutcome.Exception);
        }

        protected override void Finished(in InvocationSummary summary)
        {
            limit?.Dispose();
            var known = summary;
            var done = summary.Outcome == InvocationOutcome.Ok;
            if (begun && !Instance.Ended) Instance.Storage!.EndAlarm(done);
            Instance.Output.Send(error => source.result.TrySetResult(
                error is null ? new AlarmResult(known, Retry: !done, Counts: true) : new AlarmResult(known with { Error = error }, Retry: true, Counts: !error.IsRetryable)));
        }

        private sealed class LimitTask : IsolateTask
        {
            public override void Run(WorkerIsolate isolate, ref TurnResult result) =>
                Invocation!.Fail(new WorkerError(WorkerErrorCode.ExceededLimits, "Error: Alarm exceeded its allowed execution time of 15 minutes."), InvocationOutcome.Exception);
        }
    }
}

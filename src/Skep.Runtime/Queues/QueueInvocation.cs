using System.Collections.Immutable;
using System.Diagnostics;
using Skep.Abstractions.Compatibility;
using Skep.Abstractions.Events;
using Skep.Abstractions.Queues;
using Skep.Abstractions.Tracing;
using Skep.Abstractions.Workers;
using Skep.Runtime.Isolates;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Queues;

/// <summary>A batch of a queue's messages in an isolate, and what its handler says of them. What is said first counts; what is said of a
/// message counts more than what is said of all.</summary>
internal sealed class QueueInvocation(QueueEvent batch) : HandlerInvocation("queue")
{
    /// <summary>What each message written, read or deleted is counted as.</summary>
    public const string Operations = "queue.operations";

    private readonly TaskCompletionSource<QueueResult> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly (QueueVerdict? Verdict, int? Delay)[] said = new (QueueVerdict?, int?)[batch.Messages.Length];
    private (QueueVerdict? Verdict, int? Delay) saidOfAll;

    /// <summary>Ends when handler and <c>waitUntil</c> promises have.</summary>
    public Task<QueueResult> Completion => completion.Task;

    /// <summary>The batch.</summary>
    public QueueEvent Batch => batch;

    /// <inheritdoc/>
    public override ActivityContext Span => batch.Span;

    /// <inheritdoc/>
    protected override TraceEvent Traced => new QueueTraceEvent(batch.Queue, batch.Messages.Length);

    /// <inheritdoc/>
    protected override string? Entrypoint => batch.Entrypoint;

    /// <inheritdoc/>
    protected override bool EndsWithHandler => field || (field = Isolate.Worker.Version is { Syntax: ScriptSyntax.Modules } version && IsOn(version, "queue_consumer_no_wait_for_wait_until"));

    /// <inheritdoc/>
    protected override void CallHandler(WorkerIsolate isolate, ref JsResult js)
    {
        isolate.Worker.Meter?.Counter(Operations).Add(batch.Messages.Sum(static message => QueueRules.OperationsOf(message.Body.Length)));
        isolate.Engine.CallHost(HostFunction.Queue, [Id, isolate.Engine.NewString(batch.Queue), isolate.NewOptionalString(batch.Entrypoint)], ref js);
    }

    /// <summary>A message is done; null for all that nothing else is said of.</summary>
    public void Ack(int? message)
    {
        if (message is not { } place)
        {
            if (saidOfAll.Verdict is null) saidOfAll = (QueueVerdict.Ack, null);
        }
        else if (saidOfAll.Verdict is null && said[place].Verdict is null)
        {
            said[place] = (QueueVerdict.Ack, null);
        }
    }

    /// <summary>A message is to be delivered again; null for all that nothing else is said of.</summary>
    public void Retry(int? message, int? delay)
    {
        if (saidOfAll.Verdict == QueueVerdict.Ack) return;
        ref var of = ref message is { } place ? ref said[place] : ref saidOfAll;
        if (of.Verdict == QueueVerdict.Ack) return;
        of = (QueueVerdict.Retry, delay ?? of.Delay);
    }

    /// <inheritdoc/>
    protected override void Complete(in InvocationSummary summary)
    {
        var otherwise = summary.Outcome == InvocationOutcome.Ok ? QueueVerdict.Ack : QueueVerdict.Retry;
        var settlements = ImmutableArray.CreateBuilder<QueueSettlement>(said.Length);
        long deleted = 0;
        for (var i = 0; i < said.Length; i++)
        {
            var message = batch.Messages[i];
            var (verdict, delay) = said[i].Verdict is not null ? said[i] : saidOfAll;
            if ((verdict ?? otherwise) == QueueVerdict.Ack) deleted += QueueRules.OperationsOf(message.Body.Length);
            settlements.Add(new QueueSettlement(message.Sequence, message.Attempts, verdict ?? otherwise, delay));
        }

        // Refused before there was an isolate: nothing of it was read.
        if (Isolate is { } isolate && deleted > 0) isolate.Worker.Meter?.Counter(Operations).Add(deleted);
        completion.TrySetResult(new QueueResult(summary, settlements.MoveToImmutable()));
    }

    private static bool IsOn(WorkerVersion version, string flag) => CompatibilityFlags.On(version.CompatibilityDate, version.CompatibilityFlags).Contains(flag);
}

using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using Skep.Abstractions.Events;
using Skep.Abstractions.Tracing;
using Skep.Runtime.Isolates;
using Skep.V8;

namespace Skep.Runtime.Workers;

/// <summary>Traces of other workers in an isolate.</summary>
internal sealed class TailInvocation(TailEvent tail) : HandlerInvocation("tail")
{
    private readonly TaskCompletionSource<InvocationSummary> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when handler and <c>waitUntil</c> promises have.</summary>
    public Task<InvocationSummary> Completion => completion.Task;

    /// <inheritdoc/>
    public override ActivityContext Span => default;

    /// <inheritdoc/>
    protected override TraceEvent Traced => new TailTraceEvent(
        [.. tail.Traces.Select(trace => trace.ScriptName)],
        [.. tail.Traces.SelectMany(trace => trace.Event is TailTraceEvent before ? before.Behind.Add(trace.ScriptName) : [trace.ScriptName]).Distinct(StringComparer.Ordinal)]);

    /// <inheritdoc/>
    protected override string? Entrypoint => tail.Entrypoint;

    /// <inheritdoc/>
    protected override void CallHandler(WorkerIsolate isolate, ref JsResult js) => isolate.Engine.CallHost(
        HostFunction.Tail, [Id, isolate.Engine.NewStringUtf8(Write(tail.Traces)), isolate.NewOptionalString(tail.Entrypoint), isolate.NewProps(tail.Props)], ref js);

    /// <inheritdoc/>
    protected override void Complete(in InvocationSummary summary) => completion.TrySetResult(summary);

    private static ReadOnlySpan<byte> Write(ImmutableArray<InvocationTrace> traces)
    {
        ArrayBufferWriter<byte> buffer = new(1024);
        using Utf8JsonWriter json = new(buffer);
        json.WriteStartArray();
        foreach (var trace in traces) TraceJson.Write(json, trace, unredacted: true);
        json.WriteEndArray();
        json.Flush();
        return buffer.WrittenSpan;
    }
}

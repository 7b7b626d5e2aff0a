using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using Skep.Abstractions.Tracing;
using Skep.Runtime.Isolates;
using Skep.V8;

namespace Skep.Runtime.Workers;

/// <summary>Traces of other workers in an isolate.</summary>
internal sealed class TailInvocation(TailEvent tail) : HandlerInvocation("tail")
{
    /// <inheritdoc/>
    public override ActivityContext Span => default;

    /// <inheritdoc/>
    protected override TraceEvent Traced => new TailTraceEvent(
        [.. tail.Traces.Select(trace => trace.ScriptName)],
        [.. tail.Traces.SelectMany(trace => trace.Event is TailTraceEvent before ? before.Behind.Add(trace.ScriptName) : [trace.ScriptName]).Distinct(StringComparer.Ordinal)]);

    /// <inheritdoc/>
    protected override string? Entrypoint => tail.Entrypoint;

    /// <inheritdoc/>
    protected override void Call(WorkerIsolate isolate, ref JsResult js) => isolate.Engine.CallHost(
        HostFunction.Tail, [Id, isolate.Engine.NewStringUtf8(Write(tail.Traces)), isolate.NewOptionalString(tail.Entrypoint), isolate.NewProps(tail.Props)], ref js);

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

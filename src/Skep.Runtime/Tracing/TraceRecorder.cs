using System.Collections.Immutable;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Tracing;

namespace Skep.Runtime.Tracing;

/// <summary>Collects what an invocation says, as long as there is room. Touched only inside its isolate's turns.</summary>
internal sealed class TraceRecorder(TraceEvent traced, string? entrypoint, long timestamp)
{
    // https://developers.cloudflare.com/workers/platform/limits/#log-size
    private const int MostBytes = 256 << 10;

    private const string LogsCut =
        """["Log size limit exceeded: More than 256KB of data (across console.log statements, exception, request metadata and headers) was logged during a single request. Subsequent data for this request will not be recorded in logs, appear when tailing this Worker's logs, or in Tail Workers."]""";

    private readonly ImmutableArray<TraceLog>.Builder logs = ImmutableArray.CreateBuilder<TraceLog>();
    private readonly ImmutableArray<TraceException>.Builder exceptions = ImmutableArray.CreateBuilder<TraceException>();
    private int bytes;
    private bool logsCut;
    private bool exceptionsCut;

    /// <summary>The response's status, once there is one.</summary>
    public int? Status { get; set; }

    /// <summary>A console call; its arguments as a JSON array.</summary>
    public void Log(ConsoleLevel level, string message, double now)
    {
        if (logsCut) return;
        logsCut = !Take(message.Length);
        logs.Add(logsCut ? new TraceLog((long)now, ConsoleLevel.Warn, LogsCut) : new TraceLog((long)now, level, message));
    }

    /// <summary>An exception that nothing caught.</summary>
    public void Exception(WorkerError error, double now)
    {
        if (exceptionsCut) return;
        exceptionsCut = !Take(error.Message.Length + error.Stack.Length);
        exceptions.Add(exceptionsCut
            ? new TraceException((long)now, "Error", "Trace resource limit exceeded; subsequent exceptions not recorded.", null)
            : TraceException.Of(error, (long)now));
    }

    /// <summary>The whole, at the end.</summary>
    public InvocationTrace Finish(string script, string version, in InvocationSummary summary) => new()
    {
        ScriptName = script,
        VersionId = version,
        Entrypoint = entrypoint,
        Event = traced is FetchTraceEvent fetch ? fetch with { Status = Status } : traced,
        EventTimestamp = timestamp,
        Outcome = summary.Outcome,
        Logs = logs.ToImmutable(),
        Exceptions = exceptions.ToImmutable(),
        Cpu = summary.Cpu,
        Wall = summary.Wall,
        Truncated = logsCut || exceptionsCut,
    };

    private bool Take(int length)
    {
        bytes += length;
        return bytes <= MostBytes;
    }
}

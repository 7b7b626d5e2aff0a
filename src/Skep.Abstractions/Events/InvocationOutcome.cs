namespace Skep.Abstractions.Events;

/// <summary>How an invocation ended, in the words of Workers' trace events
/// (https://developers.cloudflare.com/workers/observability/logs/tail-workers/#outcome).</summary>
public enum InvocationOutcome
{
    /// <summary>A response was produced.</summary>
    Ok,

    /// <summary>The worker threw, or never produced a response.</summary>
    Exception,

    /// <summary>The CPU time limit was exceeded.</summary>
    ExceededCpu,

    /// <summary>The memory limit was exceeded.</summary>
    ExceededMemory,

    /// <summary>The client left before the response was complete.</summary>
    Canceled,

    /// <summary>The worker could not be started.</summary>
    ScriptNotFound,

    /// <summary>The wall time limit was exceeded.</summary>
    ExceededWallTime,
}

namespace Skep.Abstractions.Errors;

/// <summary>Error numbers shown to clients
/// (https://developers.cloudflare.com/workers/observability/errors/#error-pages-generated-by-workers).</summary>
public enum WorkerErrorCode
{
    /// <summary>The worker threw an exception or never produced a response.</summary>
    Exception = 1101,

    /// <summary>The worker exceeded its CPU time or memory limit.</summary>
    ExceededLimits = 1102,

    /// <summary>The worker called itself in a loop.</summary>
    Loop = 1019,

    /// <summary>The worker could not be started: its global scope threw or it has no handler for the event.</summary>
    Startup = 1104,
}

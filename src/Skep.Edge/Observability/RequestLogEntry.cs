using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Workers;

namespace Skep.Edge.Observability;

/// <summary>One request, as the log shows it.</summary>
/// <param name="Method">The method.</param>
/// <param name="Host">The host it was for.</param>
/// <param name="Path">Path and query as the client sent them.</param>
/// <param name="Status">The status sent; 499 when the client left first.</param>
/// <param name="Cpu">Time spent running its JavaScript.</param>
/// <param name="Wall">Time from its arrival to its end.</param>
/// <param name="Outcome">How the invocation ended; null when no worker was invoked.</param>
/// <param name="Worker">The version that handled it, if one did.</param>
/// <param name="Error">Why it failed, when it did.</param>
/// <param name="Request">Where more can be asked, during the call only.</param>
public readonly record struct RequestLogEntry(
    string Method,
    string Host,
    string Path,
    int Status,
    TimeSpan Cpu,
    TimeSpan Wall,
    InvocationOutcome? Outcome,
    WorkerVersion? Worker,
    WorkerError? Error,
    FetchEvent? Request = null);

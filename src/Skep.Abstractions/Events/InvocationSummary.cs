using Skep.Abstractions.Errors;

namespace Skep.Abstractions.Events;

/// <summary>What an invocation cost and how it ended.</summary>
/// <param name="Outcome">How it ended so far.</param>
/// <param name="Cpu">Time spent running its JavaScript.</param>
/// <param name="Wall">Time since it began.</param>
/// <param name="Subrequests">Requests it sent.</param>
/// <param name="Error">Why it failed, when it did.</param>
public readonly record struct InvocationSummary(
    InvocationOutcome Outcome,
    TimeSpan Cpu,
    TimeSpan Wall,
    int Subrequests,
    WorkerError? Error = null);

namespace Skep.Abstractions.Workflows;

/// <summary>What kind of step it is.</summary>
public enum WorkflowStepKind
{
    /// <summary><c>step.do</c></summary>
    Do,

    /// <summary><c>step.sleep</c> and <c>step.sleepUntil</c></summary>
    Sleep,

    /// <summary><c>step.waitForEvent</c></summary>
    WaitForEvent,

    /// <summary>The undoing of a <c>step.do</c>.</summary>
    Rollback,
}

/// <summary>One attempt at a step.</summary>
/// <param name="Start">When it began, in milliseconds since 1970.</param>
/// <param name="End">When it ended.</param>
/// <param name="Error">What it threw; null when it returned.</param>
public sealed record WorkflowAttempt(long Start, long End, WorkflowFailure? Error);

/// <summary>What is known of a step of an instance: with it the step need not be done again, or goes on where it was.</summary>
public sealed record WorkflowStep
{
    /// <summary>What the key of an undoing begins with, before the key of the step. No step's name has such a character.</summary>
    public const string RollbackPrefix = "\u0001";

    /// <summary>The name, and how often it has occurred in the instance, this time included: <c>charge-2</c>; of an undoing, <see cref="RollbackPrefix"/> and
    /// the key of the step.</summary>
    public required string Key { get; init; }

    /// <summary>The name that the author gave it.</summary>
    public required string Name { get; init; }

    /// <summary>What kind it is.</summary>
    public required WorkflowStepKind Kind { get; init; }

    /// <summary>When it began, in milliseconds since 1970.</summary>
    public long Start { get; init; }

    /// <summary>When it ended; null while it has not.</summary>
    public long? End { get; init; }

    /// <summary>When it goes on: the end of a sleep or of the patience for an event, or the next attempt.</summary>
    public long? Due { get; init; }

    /// <summary>The type of event that is waited for.</summary>
    public string? EventType { get; init; }

    /// <summary>When the event was sent that it got.</summary>
    public long? SentOn { get; init; }

    /// <summary>The attempts that have ended.</summary>
    public IReadOnlyList<WorkflowAttempt> Attempts { get; init; } = [];

    /// <summary>The options it runs by, as JSON.</summary>
    public string? Config { get; init; }

    /// <summary>It can be undone: it is to be, when the instance fails, whether it ended well or not.</summary>
    public bool HasRollback { get; init; }

    /// <summary>What it returned, once it has ended well.</summary>
    public WorkflowValue? Output { get; init; }

    /// <summary>Why it has ended, when that is for good and not well.</summary>
    public WorkflowFailure? Error { get; init; }
}

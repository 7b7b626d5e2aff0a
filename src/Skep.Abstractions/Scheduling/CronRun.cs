using Skep.Abstractions.Events;

namespace Skep.Abstractions.Scheduling;

/// <summary>One time that a cron trigger came due, and what became of it.</summary>
public sealed record CronRun
{
    /// <summary>Its number in the store.</summary>
    public long Id { get; init; }

    /// <summary>The script that is triggered.</summary>
    public required string Script { get; init; }

    /// <summary>The expression, as it was written.</summary>
    public required string Cron { get; init; }

    /// <summary>When it was due: a full minute.</summary>
    public required DateTimeOffset ScheduledTime { get; init; }

    /// <summary>When it was last begun.</summary>
    public required DateTimeOffset StartedOn { get; init; }

    /// <summary>How often it was begun; more than once when the process ended meanwhile.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>When it ended; null before.</summary>
    public DateTimeOffset? EndedOn { get; init; }

    /// <summary>The version that ran.</summary>
    public string? VersionId { get; init; }

    /// <summary>How it ended; null before.</summary>
    public InvocationOutcome? Outcome { get; init; }

    /// <summary>Time spent running its JavaScript.</summary>
    public TimeSpan Cpu { get; init; }

    /// <summary>Time since it began.</summary>
    public TimeSpan Wall { get; init; }

    /// <summary>Why it failed, when it did.</summary>
    public string? Error { get; init; }
}

/// <summary>A time that a trigger is due.</summary>
/// <param name="Script">The script that is triggered.</param>
/// <param name="Cron">The expression, as it was written.</param>
/// <param name="ScheduledTime">A full minute.</param>
public sealed record CronDue(string Script, string Cron, DateTimeOffset ScheduledTime);

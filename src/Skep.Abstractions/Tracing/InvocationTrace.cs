using System.Collections.Immutable;
using Skep.Abstractions.Events;

namespace Skep.Abstractions.Tracing;

/// <summary>What one invocation was asked, said and did: a plain record, which can be sent to another process. Nothing in it is
/// redacted (https://developers.cloudflare.com/workers/runtime-apis/handlers/tail/#tailitems).</summary>
public sealed record InvocationTrace
{
    /// <summary>The script.</summary>
    public required string ScriptName { get; init; }

    /// <summary>The version that ran.</summary>
    public required string VersionId { get; init; }

    /// <summary>The named entrypoint that handled it, or null for the default export.</summary>
    public string? Entrypoint { get; init; }

    /// <summary>What it was.</summary>
    public required TraceEvent Event { get; init; }

    /// <summary>When it was delivered, in milliseconds since 1970.</summary>
    public required long EventTimestamp { get; init; }

    /// <summary>How it ended.</summary>
    public required InvocationOutcome Outcome { get; init; }

    /// <summary>What it wrote to its console, in order.</summary>
    public ImmutableArray<TraceLog> Logs { get; init; } = [];

    /// <summary>Exceptions that nothing caught, in order.</summary>
    public ImmutableArray<TraceException> Exceptions { get; init; } = [];

    /// <summary>Time spent running its JavaScript.</summary>
    public TimeSpan Cpu { get; init; }

    /// <summary>Time from its delivery until it, with its <c>waitUntil</c> promises, had ended.</summary>
    public TimeSpan Wall { get; init; }

    /// <summary>True when it said more than is kept.</summary>
    public bool Truncated { get; init; }
}

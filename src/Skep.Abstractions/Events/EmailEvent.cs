using System.Diagnostics;

namespace Skep.Abstractions.Events;

/// <summary>A message has come.</summary>
/// <param name="From">Its sender by the envelope; empty for a report of a failed delivery.</param>
/// <param name="To">Its recipient by the envelope.</param>
/// <param name="Content">The message.</param>
/// <param name="Entrypoint">The named entrypoint that handles it, or null for the default export.</param>
public sealed record EmailEvent(string From, string To, ReadOnlyMemory<byte> Content, string? Entrypoint = null)
{
    /// <summary>The span of this event; the default when it has none.</summary>
    public ActivityContext Span { get; init; }
}

/// <summary>What became of a message.</summary>
/// <param name="Summary">How the handler ended.</param>
/// <param name="RejectReason">Why the handler refuses the message; null when it does not.</param>
public sealed record EmailResult(InvocationSummary Summary, string? RejectReason);

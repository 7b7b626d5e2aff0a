using System.Collections.Immutable;
using Skep.Abstractions.Events;

namespace Skep.Abstractions.Tracing;

/// <summary>Traces on their way to a tail Worker (https://developers.cloudflare.com/workers/observability/logs/tail-workers/).</summary>
/// <param name="Traces">At least one.</param>
public sealed record TailEvent(ImmutableArray<InvocationTrace> Traces)
{
    /// <summary>The named entrypoint that takes them, or null for the default export.</summary>
    public string? Entrypoint { get; init; }

    /// <summary>What that sees as <c>ctx.props</c>; null for nothing.</summary>
    public CallerProps? Props { get; init; }
}

namespace Skep.Abstractions.Workers;

/// <summary>A rate limiter (<c>ratelimits</c>).</summary>
/// <param name="Name">The JavaScript name.</param>
/// <param name="NamespaceId">Whose counters: bindings with the same namespace share them.</param>
/// <param name="Limit">How many actions a period allows.</param>
/// <param name="Period">Seconds: 10 or 60.</param>
public sealed record RateLimitBinding(string Name, string NamespaceId, long Limit, int Period) : Binding(Name);

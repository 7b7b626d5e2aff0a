namespace Skep.Edge.Caching;

/// <summary>How a response is kept.</summary>
/// <param name="Lifetime">How long it is fresh from now on.</param>
/// <param name="DropsCookies">Kept without its cookies, which were one client's.</param>
internal sealed record CacheDecision(TimeSpan Lifetime, bool DropsCookies)
{
    /// <summary>The URL that was asked for, where the key is another one.</summary>
    public string? Url { get; init; }

    /// <summary>What it can be purged by, beside its <c>Cache-Tag</c> header.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];
}

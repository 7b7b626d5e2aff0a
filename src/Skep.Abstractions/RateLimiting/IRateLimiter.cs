namespace Skep.Abstractions.RateLimiting;

/// <summary>The counters behind the bindings of type <c>ratelimit</c>
/// (https://developers.cloudflare.com/workers/runtime-apis/bindings/rate-limit/). Bindings with the same namespace share them.</summary>
public interface IRateLimiter
{
    /// <summary>Counts an action; false when there have been as many as are allowed, and then it is not counted.</summary>
    /// <param name="namespaceId">Whose counters.</param>
    /// <param name="key">Who or what is limited.</param>
    /// <param name="limit">How many actions a period allows.</param>
    /// <param name="period">Seconds, one of <see cref="RateLimitPeriods"/>.</param>
    /// <param name="weight">For how many this one counts.</param>
    ValueTask<bool> LimitAsync(string namespaceId, string key, long limit, int period, long weight);
}

/// <summary>The periods that can be limited.</summary>
public static class RateLimitPeriods
{
    /// <summary>Whether it is one, in seconds.</summary>
    public static bool IsOne(double period) => period is 10 or 60;
}

using Skep.Abstractions.RateLimiting;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;

namespace Skep.Supervision.WorkerSide;

/// <summary>The supervisor's counters: one count for all processes.</summary>
internal sealed class LinkRateLimiter(LinkConnection link) : IRateLimiter
{
    /// <inheritdoc/>
    public async ValueTask<bool> LimitAsync(string namespaceId, string key, long limit, int period, long weight) =>
        (await link.AskAsync<RateLimitQuestion, RateLimitAnswer>(LinkMethod.RateLimit, new RateLimitQuestion(namespaceId, key, limit, period, weight))).IsAllowed;
}

namespace Skep.Abstractions.R2;

/// <summary>What becomes of old objects (https://developers.cloudflare.com/r2/buckets/object-lifecycles/).</summary>
/// <param name="Prefix">What the keys begin with that it is about.</param>
/// <param name="AbortUploads">Uploads under way that are so old are dropped.</param>
/// <param name="Delete">When objects are deleted.</param>
/// <param name="MoveToInfrequentAccess">When objects change their storage class.</param>
public sealed record R2LifecycleRule(string Prefix, TimeSpan? AbortUploads, R2LifecycleMoment? Delete, R2LifecycleMoment? MoveToInfrequentAccess);

/// <summary>An age or a date.</summary>
/// <param name="Age">So long after an object was stored.</param>
/// <param name="Date">From then on all; counts when there is no age.</param>
public sealed record R2LifecycleMoment(TimeSpan? Age, DateTimeOffset? Date)
{
    /// <summary>What was stored before that time it applies to now; null for nothing.</summary>
    public long? StoredBefore(DateTimeOffset now)
    {
        if (Age is { } age) return (now - age).ToUnixTimeMilliseconds();
        return Date is { } date && date <= now ? long.MaxValue : null;
    }
}

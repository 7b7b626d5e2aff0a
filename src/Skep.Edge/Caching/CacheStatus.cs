namespace Skep.Edge.Caching;

/// <summary>The values of <c>cf-cache-status</c> (https://developers.cloudflare.com/cache/concepts/cache-responses/).</summary>
internal static class CacheStatus
{
    public const string Header = "cf-cache-status";

    /// <summary>From the cache.</summary>
    public const string Hit = "HIT";

    /// <summary>Not in the cache; from the origin.</summary>
    public const string Miss = "MISS";

    /// <summary>Stale in the cache; anew from the origin.</summary>
    public const string Expired = "EXPIRED";

    /// <summary>Stale, because the origin failed.</summary>
    public const string Stale = "STALE";

    /// <summary>Stale, while it is asked for anew.</summary>
    public const string Updating = "UPDATING";

    /// <summary>Stale, and the origin said that it is still right.</summary>
    public const string Revalidated = "REVALIDATED";

    /// <summary>It could be cached, but the response or the request forbids it.</summary>
    public const string Bypass = "BYPASS";

    /// <summary>Nothing that is cached by itself.</summary>
    public const string Dynamic = "DYNAMIC";
}

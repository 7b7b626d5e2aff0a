namespace Skep.Abstractions.Channels;

/// <summary>Takes responses out of the caches before their time.</summary>
public interface ICachePurge
{
    /// <summary>Forgets what is meant, and returns how many responses that was. From its return on none of them is answered with.</summary>
    ValueTask<int> PurgeAsync(CachePurge purge);
}

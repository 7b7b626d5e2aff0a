namespace Skep.Edge.Caching;

/// <summary>The other processes that keep responses in the same folder. What they are told they hear in this order, sooner or later; each
/// passes it on to its own <see cref="CacheStore.OnAdded"/> and <see cref="CacheStore.OnRemoved"/>.</summary>
public interface ICachePeers
{
    /// <summary>The folder has one entry more.</summary>
    void Added(string entry);

    /// <summary>An entry is gone from the folder.</summary>
    void Removed(string entry);
}

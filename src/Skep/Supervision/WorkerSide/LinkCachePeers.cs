using System.Threading.Channels;
using Skep.Edge.Caching;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;

namespace Skep.Supervision.WorkerSide;

/// <summary>The other worker processes, which have the same cache folder: the supervisor passes on what each says of it.</summary>
internal sealed class LinkCachePeers(LinkConnection link) : ICachePeers
{
    // Reading an entry's file takes its time, and must not keep the link from being read. What is heard before there is a cache waits.
    private readonly Channel<CacheChange> _heard = Channel.CreateUnbounded<CacheChange>(new UnboundedChannelOptions { SingleReader = true });

    /// <inheritdoc/>
    public void Added(string entry) => Tell(new CacheChange(entry, IsAdded: true));

    /// <inheritdoc/>
    public void Removed(string entry) => Tell(new CacheChange(entry, IsAdded: false));

    /// <summary>Another process has said this.</summary>
    public void Hear(ReadOnlySpan<byte> notice) => _heard.Writer.TryWrite(LinkRecords.Read<CacheChange>(notice));

    /// <summary>Applies what is heard, until <see cref="End"/>.</summary>
    public async Task ApplyAsync(CacheStore cache)
    {
        await foreach (var change in _heard.Reader.ReadAllAsync())
        {
            if (change.IsAdded) cache.OnAdded(change.Entry);
            else cache.OnRemoved(change.Entry);
        }
    }

    /// <summary>Nothing more is to be applied.</summary>
    public void End() => _heard.Writer.TryComplete();

    private void Tell(CacheChange change) => link.Notify(LinkMethod.CacheChange, LinkRecords.Write(change));
}

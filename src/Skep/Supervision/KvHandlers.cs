using Skep.Abstractions.Kv;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;

namespace Skep.Supervision;

/// <summary>Answers worker processes about KV namespaces.</summary>
internal sealed class KvHandlers(IKvStore kv)
{
    public LinkHandlers AddTo(LinkHandlers handlers) => handlers
        .On(LinkMethod.KvRead, ReadAsync)
        .On<KvListing, KvPage>(LinkMethod.KvList, listing => kv.ListAsync(listing.Namespace, listing.Query).AsTask())
        .On(LinkMethod.KvWrite, WriteAsync);

    private async ValueTask<LinkMessage> ReadAsync(LinkMessage request, CancellationToken cancellation)
    {
        var (of, keys, maxBytes) = LinkRecords.Read<KvRead>(request.Payload.Span);
        var entries = maxBytes is { } most ? await kv.GetManyAsync(of, keys, most, cancellation) : [await kv.GetAsync(of, keys[0], cancellation)];
        var payload = LinkRecords.Write(new KvHeads([.. entries.Select(entry => entry is null ? null : new KvHead(entry.Value.Length, entry.Expiration, entry.Metadata))]));
        return entries.All(entry => entry is null) ? new LinkMessage(payload) : new LinkMessage(payload, new KvValues([.. entries.OfType<KvEntry>()]));
    }

    private async ValueTask<LinkMessage> WriteAsync(LinkMessage request, CancellationToken cancellation)
    {
        var changes = LinkRecords.Read<KvChanges>(request.Payload.Span);
        await using var body = request.Body ?? throw new InvalidDataException("Writes came without their values.");
        List<KvWrite> writes = new(changes.Changes.Count);
        foreach (var change in changes.Changes)
        {
            ReadOnlyMemory<byte>? value = null;
            if (change.Length is { } length)
            {
                KvRules.CheckValue(length);
                var bytes = new byte[length];
                await body.ReadExactlyAsync(bytes, cancellation);
                value = bytes;
            }

            writes.Add(new KvWrite(change.Key, value, change.Expiration, change.Metadata));
        }

        await kv.WriteAsync(changes.Namespace, writes);
        return LinkMessage.Empty;
    }

    /// <summary>The values one after the other; given back to their pool when they are sent.</summary>
    private sealed class KvValues(IReadOnlyList<KvEntry> entries) : MemoryChainStream([.. entries.Select(entry => entry.Value)])
    {
        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                foreach (var entry in entries) entry.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}

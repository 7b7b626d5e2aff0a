using System.Buffers;
using Skep.Abstractions.Kv;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;

namespace Skep.Supervision.WorkerSide;

/// <summary>The supervisor's KV namespaces. A write has returned when the supervisor's has, so it is as durable.</summary>
internal sealed class LinkKvStore(LinkConnection link) : IKvStore
{
    /// <inheritdoc/>
    public async ValueTask<KvEntry?> GetAsync(string namespaceId, string key, CancellationToken cancellation = default) =>
        (await ReadAsync(new KvRead(namespaceId, [key], null), cancellation))[0];

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<KvEntry?>> GetManyAsync(string namespaceId, IReadOnlyList<string> keys, long maxBytes, CancellationToken cancellation = default) =>
        await ReadAsync(new KvRead(namespaceId, keys, maxBytes), cancellation);

    /// <inheritdoc/>
    public async ValueTask<KvPage> ListAsync(string namespaceId, KvListQuery query, CancellationToken cancellation = default) =>
        await link.AskAsync<KvListing, KvPage>(LinkMethod.KvList, new KvListing(namespaceId, query), cancellation);

    /// <inheritdoc/>
    public async ValueTask WriteAsync(string namespaceId, IReadOnlyList<KvWrite> writes)
    {
        KvChanges changes = new(namespaceId, [.. writes.Select(write => new KvChange(write.Key, write.Value?.Length, write.Expiration, write.Metadata))]);
        MemoryChainStream values = new([.. writes.Where(write => write.Value is not null).Select(write => write.Value!.Value)]);
        await link.CallAsync(LinkMethod.KvWrite, new LinkMessage(LinkRecords.Write(changes), values));
    }

    /// <inheritdoc/>
    public ValueTask CreateNamespaceAsync(string namespaceId) => throw new NotSupportedException("Namespaces are made by the control plane, in the supervisor.");

    /// <inheritdoc/>
    public ValueTask DropNamespaceAsync(string namespaceId) => throw new NotSupportedException("Namespaces are removed by the control plane, in the supervisor.");

    private async Task<KvEntry?[]> ReadAsync(KvRead request, CancellationToken cancellation)
    {
        var answer = await link.CallAsync(LinkMethod.KvRead, new LinkMessage(LinkRecords.Write(request)), cancellation);
        await using var body = answer.Body;
        var heads = LinkRecords.Read<KvHeads>(answer.Payload.Span).Pairs;
        var entries = new KvEntry?[heads.Count];
        try
        {
            for (var i = 0; i < entries.Length; i++)
            {
                if (heads[i] is not { } head) continue;
                var value = ArrayPool<byte>.Shared.Rent(head.Length);
                entries[i] = new KvEntry(value, head.Length, head.Expiration, head.Metadata);
                if (body is not null) await body.ReadExactlyAsync(value.AsMemory(0, head.Length), cancellation);
            }

            // Read to its end, it is over for the sender as well.
            if (body is not null) await body.CopyToAsync(Stream.Null, cancellation);
            return entries;
        }
        catch
        {
            foreach (var entry in entries) entry?.Dispose();
            throw;
        }
    }
}

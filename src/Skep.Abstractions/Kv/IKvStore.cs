namespace Skep.Abstractions.Kv;

/// <summary>The pairs of all KV namespaces. Callers have applied <see cref="KvRules"/>. A write that has returned survives the loss of
/// the process and of power, and is seen by every read that begins afterwards.</summary>
/// <remarks>Everything that goes in and out is text, numbers and bytes: worker processes reach it through a socket. A read that is
/// answered from memory completes before it returns.</remarks>
public interface IKvStore
{
    /// <summary>The pair of that key, or null when there is none or it has expired. The caller disposes of it.</summary>
    /// <exception cref="KvException">There is no such namespace, or it cannot be read.</exception>
    ValueTask<KvEntry?> GetAsync(string namespaceId, string key, CancellationToken cancellation = default);

    /// <summary>The pairs of the keys, in their order; null where there is none. The caller disposes of them.</summary>
    /// <param name="namespaceId">The namespace.</param>
    /// <param name="keys">The keys.</param>
    /// <param name="maxBytes">What the values may have together.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="KvException">There is no such namespace, it cannot be read, or the values are too long.</exception>
    ValueTask<IReadOnlyList<KvEntry?>> GetManyAsync(string namespaceId, IReadOnlyList<string> keys, long maxBytes, CancellationToken cancellation = default);

    /// <summary>A page of the keys that have not expired, ordered by their UTF-8 form.</summary>
    /// <exception cref="KvException">There is no such namespace, it cannot be read, or the cursor is none of its.</exception>
    ValueTask<KvPage> ListAsync(string namespaceId, KvListQuery query, CancellationToken cancellation = default);

    /// <summary>Does the writes in their order: all of them, or none.</summary>
    /// <exception cref="KvException">There is no such namespace, or it cannot be written.</exception>
    ValueTask WriteAsync(string namespaceId, IReadOnlyList<KvWrite> writes);

    /// <summary>Makes an empty namespace; nothing happens when it is there already.</summary>
    /// <exception cref="KvException">It cannot be made.</exception>
    ValueTask CreateNamespaceAsync(string namespaceId);

    /// <summary>Removes a namespace with all its pairs. Reads and writes under way finish before.</summary>
    /// <exception cref="KvException">It cannot be removed.</exception>
    ValueTask DropNamespaceAsync(string namespaceId);
}

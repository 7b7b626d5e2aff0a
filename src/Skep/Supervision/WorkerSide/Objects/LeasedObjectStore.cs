using Skep.Abstractions.Objects;
using Skep.Storage.Objects;

namespace Skep.Supervision.WorkerSide.Objects;

/// <summary>The storage of objects, opened with the fencing token of their leases.</summary>
/// <param name="store">The files.</param>
/// <param name="objects">Knows the leases.</param>
internal sealed class LeasedObjectStore(SqliteObjectStore store, ProcessObjects objects) : IObjectStore
{
    /// <inheritdoc/>
    public async ValueTask<IObjectStorage> OpenAsync(ObjectAddress address, ObjectClass objectClass, CancellationToken cancellation = default) =>
        await store.OpenAsync(address, objectClass, objects.EpochOf(address), cancellation);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoredObject>> ListAsync(string namespaceId, string? after, int limit) => store.ListAsync(namespaceId, after, limit);

    /// <inheritdoc/>
    public ValueTask DeleteNamespaceAsync(string namespaceId) => throw new NotSupportedException("Namespaces are removed by the control plane, in the supervisor.");
}

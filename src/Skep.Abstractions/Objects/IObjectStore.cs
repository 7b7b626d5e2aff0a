namespace Skep.Abstractions.Objects;

/// <summary>Keeps what Durable Objects store, one database for each object. Opened in the process that hosts the object: its operations are
/// synchronous and run on the isolate's thread.</summary>
public interface IObjectStore
{
    /// <summary>Opens the storage of an object; makes nothing on the disk before its first write.</summary>
    /// <param name="address">The object.</param>
    /// <param name="objectClass">Its class: which kind of storage it has.</param>
    /// <param name="cancellation">Gives up waiting for the former host to let go.</param>
    /// <exception cref="ObjectUnavailableException">Another process holds it, or a later host has written to it.</exception>
    /// <exception cref="ObjectStorageException">It cannot be read.</exception>
    ValueTask<IObjectStorage> OpenAsync(ObjectAddress address, ObjectClass objectClass, CancellationToken cancellation = default);

    /// <summary>The objects of a namespace that have stored something, by id.</summary>
    /// <param name="namespaceId">The namespace.</param>
    /// <param name="after">The last id of the page before, or null.</param>
    /// <param name="limit">As many at most.</param>
    ValueTask<IReadOnlyList<StoredObject>> ListAsync(string namespaceId, string? after, int limit);

    /// <summary>Removes all that a class has stored. Its objects must not be open anywhere.</summary>
    ValueTask DeleteNamespaceAsync(string namespaceId);
}

/// <summary>An object that has stored something.</summary>
/// <param name="Id">64 hexadecimal digits.</param>
/// <param name="HasStoredData">False when all of it has been deleted.</param>
public sealed record StoredObject(string Id, bool HasStoredData);

namespace Skep.Abstractions.Objects;

/// <summary>What the facets of one Durable Object store (https://developers.cloudflare.com/dynamic-workers/usage/durable-object-facets/): a database for
/// each name, beside the object's own and as durable. A facet's storage can have facets itself.</summary>
/// <remarks>Called as the object's storage is, by the thread that runs its isolate.</remarks>
public interface IObjectFacets
{
    /// <summary>What stands for a name from now on, until it is deleted.</summary>
    IFacetStorage Find(string name);

    /// <summary>Deletes all that the facet of a name has stored, its own facets too, as a part of the transaction that is open. From now on
    /// the name stands for another, which has stored nothing.</summary>
    /// <exception cref="ObjectStorageException">A transaction of JavaScript is open, whose end could take it back.</exception>
    void Delete(string name);

    /// <summary>Frees the disk of what has been deleted so far, also by <see cref="IObjectStorage.DeleteAll"/>, once that is durable.</summary>
    /// <param name="closed">Completes when nothing of it is open any more.</param>
    Task SweepAsync(Task closed);
}

/// <summary>The storage of a facet while it is not open.</summary>
public interface IFacetStorage
{
    /// <summary>Opens it; makes nothing on the disk before its first write. On any thread, when it is not open already.</summary>
    /// <exception cref="ObjectStorageException">It cannot be read.</exception>
    ValueTask<IObjectStorage> OpenAsync(CancellationToken cancellation = default);
}

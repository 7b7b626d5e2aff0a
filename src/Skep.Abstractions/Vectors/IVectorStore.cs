namespace Skep.Abstractions.Vectors;

/// <summary>What is asked of an index, in the words of Vectorize's API (version 2).</summary>
public enum VectorOperation
{
    /// <summary>How many vectors there are, and what was last done.</summary>
    Describe,

    /// <summary>The nearest vectors.</summary>
    Query,

    /// <summary>Adds vectors whose ids are new.</summary>
    Insert,

    /// <summary>Adds vectors, in the place of those with the same ids.</summary>
    Upsert,

    /// <summary>The vectors of some ids.</summary>
    GetByIds,

    /// <summary>Removes the vectors of some ids.</summary>
    DeleteByIds,

    /// <summary>A page of ids.</summary>
    List,
}

/// <summary>Vectors, as workers use them. A change that has returned survives the loss of the process and of power, and is seen by every
/// call that begins afterwards.</summary>
public interface IVectorStore
{
    /// <summary>Asks an index.</summary>
    /// <param name="index">The index.</param>
    /// <param name="operation">What is asked.</param>
    /// <param name="request">JSON; for <see cref="VectorOperation.Insert"/> and <see cref="VectorOperation.Upsert"/> a line of it for each vector.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>JSON.</returns>
    /// <exception cref="VectorException">There is no such index, the request is wrong, or it failed.</exception>
    ValueTask<ReadOnlyMemory<byte>> CallAsync(string index, VectorOperation operation, ReadOnlyMemory<byte> request, CancellationToken cancellation = default);
}

/// <summary>The indexes there are.</summary>
public interface IVectorIndexes
{
    /// <summary>All of them, by name.</summary>
    ValueTask<IReadOnlyList<VectorIndex>> ListAsync();

    /// <summary>The index of that name, or null.</summary>
    ValueTask<VectorIndex?> FindAsync(string name);

    /// <summary>Makes an index; false when its name is taken.</summary>
    /// <exception cref="VectorException">It cannot be made.</exception>
    ValueTask<bool> CreateAsync(VectorIndex index);

    /// <summary>Stores an index's description and metadata indexes.</summary>
    /// <exception cref="VectorException">There is no such index.</exception>
    ValueTask UpdateAsync(VectorIndex index);

    /// <summary>Removes an index with its vectors; false when there is none of that name.</summary>
    ValueTask<bool> DropAsync(string name);
}

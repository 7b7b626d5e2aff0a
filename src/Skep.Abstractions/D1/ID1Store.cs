namespace Skep.Abstractions.D1;

/// <summary>Runs SQL in D1 databases. What has returned survives the loss of the process and of power, and is seen by all that begins
/// afterwards.</summary>
/// <remarks>What goes in and out are bytes: queries as <see cref="D1QueryWriter"/> writes them, results as JSON. Nothing of it is
/// taken apart between the worker and SQLite, whether a socket is in between or not.</remarks>
public interface ID1Store
{
    /// <summary>Runs queries in one transaction: all of them, or none. A short read of data in memory completes before it returns.</summary>
    /// <param name="databaseId">The database.</param>
    /// <param name="queries">What <see cref="D1QueryWriter"/> wrote; it must not change until this has returned.</param>
    /// <param name="cancellation">Gives up waiting; what is under way ends.</param>
    /// <returns>The results. The caller disposes of them.</returns>
    /// <exception cref="D1Exception">A query fails, or the database does.</exception>
    ValueTask<D1Answer> QueryAsync(string databaseId, ReadOnlyMemory<byte> queries, CancellationToken cancellation = default);
}

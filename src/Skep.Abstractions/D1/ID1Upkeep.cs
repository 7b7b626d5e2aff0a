namespace Skep.Abstractions.D1;

/// <summary>What the control plane does with D1 databases, beyond queries.</summary>
public interface ID1Upkeep
{
    /// <summary>Makes an empty database; nothing happens when it is there already.</summary>
    /// <exception cref="D1Exception">It cannot be made.</exception>
    ValueTask CreateDatabaseAsync(string databaseId);

    /// <summary>Removes a database with its history. Queries under way finish before.</summary>
    /// <exception cref="D1Exception">It cannot be removed.</exception>
    ValueTask DropDatabaseAsync(string databaseId);

    /// <summary>How large a database is.</summary>
    /// <exception cref="D1Exception">There is no such database, or it cannot be read.</exception>
    ValueTask<D1Size> MeasureAsync(string databaseId);

    /// <summary>Runs a file of SQL in one transaction. Other writes of the database wait.</summary>
    /// <param name="databaseId">The database.</param>
    /// <param name="sql">UTF-8, of any length; it is read as it is run.</param>
    /// <exception cref="D1Exception">A statement fails; nothing has changed then.</exception>
    ValueTask<D1Imported> ImportAsync(string databaseId, Stream sql);

    /// <summary>Writes a database as SQL that makes it anew. It shows one moment, whatever is written meanwhile.</summary>
    /// <param name="databaseId">The database.</param>
    /// <param name="options">What to write.</param>
    /// <param name="to">Takes the SQL.</param>
    /// <exception cref="D1Exception">There is no such database, or it cannot be read, or has what cannot be written so.</exception>
    ValueTask ExportAsync(string databaseId, D1ExportOptions options, Stream to);

    /// <summary>The bookmark of the state at a time.</summary>
    /// <param name="databaseId">The database.</param>
    /// <param name="at">The time; null for now.</param>
    /// <exception cref="D1Exception">There is no such database, or its history does not go back so far.</exception>
    ValueTask<string> FindBookmarkAsync(string databaseId, DateTimeOffset? at);

    /// <summary>Makes a database what it was at a bookmark. That is a change as others are: it can be undone.</summary>
    /// <returns>The bookmarks of the state afterwards and of that before.</returns>
    /// <exception cref="D1Exception">There is no such database, or its history does not go back so far.</exception>
    ValueTask<D1Restored> RestoreAsync(string databaseId, string bookmark);
}

/// <summary>How large a database is.</summary>
/// <param name="Bytes">The bytes of its pages that are in use.</param>
/// <param name="Tables">How many tables it has.</param>
public sealed record D1Size(long Bytes, int Tables);

/// <summary>What an import did.</summary>
/// <param name="Queries">How many statements there were.</param>
/// <param name="Duration">How long they took.</param>
/// <param name="RowsRead">Rows that were read.</param>
/// <param name="RowsWritten">Rows that were written.</param>
/// <param name="Bytes">How large the database is now.</param>
/// <param name="Bookmark">Its state now.</param>
public sealed record D1Imported(int Queries, TimeSpan Duration, long RowsRead, long RowsWritten, long Bytes, string Bookmark);

/// <summary>What an export contains.</summary>
/// <param name="NoSchema">Leaves out how tables are made.</param>
/// <param name="NoData">Leaves out their rows.</param>
/// <param name="Tables">The tables; all of them when there are none here.</param>
public sealed record D1ExportOptions(bool NoSchema, bool NoData, IReadOnlyList<string> Tables);

/// <summary>What a restoration did.</summary>
/// <param name="Bookmark">The state afterwards.</param>
/// <param name="PreviousBookmark">The state before.</param>
public sealed record D1Restored(string Bookmark, string PreviousBookmark);

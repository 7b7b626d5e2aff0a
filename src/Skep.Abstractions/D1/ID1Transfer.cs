namespace Skep.Abstractions.D1;

/// <summary>Takes files of SQL into D1 databases, and writes databases as such files.</summary>
public interface ID1Transfer
{
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
}

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

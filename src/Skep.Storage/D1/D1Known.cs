using Skep.Storage.Sqlite.Guest;

namespace Skep.Storage.D1;

/// <summary>What is known of a database without asking it.</summary>
internal sealed class D1Known
{
    private const int PageSize = 4096;

    private long _size;
    private long _lastRowId;

    /// <summary>Its size after the last commit.</summary>
    public long SizeKnown => Volatile.Read(ref _size);

    /// <summary>The row that was inserted last.</summary>
    public long LastRowId => Volatile.Read(ref _lastRowId);

    /// <summary>The bytes of the pages in use, as the connection sees them.</summary>
    public static long Size(GuestConnection connection) =>
        PageSize * connection.Number("SELECT (SELECT page_count FROM pragma_page_count) - (SELECT freelist_count FROM pragma_freelist_count)");

    /// <summary>Something was committed.</summary>
    public void Committed(GuestConnection connection)
    {
        Volatile.Write(ref _size, Size(connection));
        Volatile.Write(ref _lastRowId, connection.LastRowId);
    }
}

namespace Skep.Runtime.Objects.Storage;

/// <summary>What storage of Durable Objects is metered by.</summary>
internal static class Counters
{
    public const string RowsRead = "objects.rows_read";

    public const string RowsWritten = "objects.rows_written";
}

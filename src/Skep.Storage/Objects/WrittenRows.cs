using System.Text;

namespace Skep.Storage.Objects;

/// <summary>How many rows a change of one row writes: the row, and its entry in each index that the change touches.</summary>
internal static class WrittenRows
{
    private const string IndexColumns =
        "SELECT i.name, c.name FROM pragma_index_list(?1) AS i JOIN pragma_index_info(i.name) AS c WHERE i.origin <> 'pk' OR i.\"unique\" = 1";

    /// <param name="connection">The connection.</param>
    /// <param name="written">The tables that a statement writes, each with the columns it sets; none for whole rows.</param>
    public static int PerChange(ObjectConnection connection, Dictionary<string, HashSet<string>> written)
    {
        var most = 1;
        foreach (var (table, columns) in written)
        {
            if (table.StartsWith("sqlite_", StringComparison.OrdinalIgnoreCase)) continue;
            most = Math.Max(most, 1 + Touched(connection, table, columns));
        }

        return most;
    }

    private static int Touched(ObjectConnection connection, string table, HashSet<string> columns)
    {
        var indexes = new HashSet<string>(StringComparer.Ordinal);
        var list = connection.Own(IndexColumns).BindText(1, Encoding.UTF8.GetBytes(table));
        while (list.StepTrusted())
        {
            if (columns.Count == 0 || columns.Contains(Encoding.UTF8.GetString(list.Bytes(1)))) indexes.Add(Encoding.UTF8.GetString(list.Bytes(0)));
        }

        list.Reset();
        return indexes.Count;
    }
}

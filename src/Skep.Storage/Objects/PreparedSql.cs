namespace Skep.Storage.Objects;

/// <summary>A compiled statement of a worker, and what is known of it.</summary>
internal sealed class PreparedSql(SqlStatement statement, string text)
{
    private string[]? _columns;

    public SqlStatement Statement => statement;

    public string Text => text;

    public bool IsReadOnly { get; } = statement.IsReadOnly;

    public int ParameterCount { get; } = statement.ParameterCount;

    public int ColumnCount { get; } = statement.ColumnCount;

    /// <summary>Whether it is kept when a cursor is done with it.</summary>
    public bool Cached { get; set; }

    public bool InUse { get; set; }

    /// <summary>Rows of tables and indexes that one changed row stands for.</summary>
    public int WritesPerRow { get; init; }

    /// <summary>What the statements before it in the same text read.</summary>
    public long ReadBefore { get; set; }

    /// <summary>What the statements before it in the same text wrote.</summary>
    public long WrittenBefore { get; set; }

    public string[] Columns()
    {
        // SQLite compiles anew when the schema has changed: * may mean other columns then.
        var count = statement.ColumnCount;
        if (_columns is { } known && known.Length == count) return known;
        var names = new string[count];
        for (var i = 0; i < count; i++) names[i] = statement.ColumnName(i);
        return _columns = names;
    }
}

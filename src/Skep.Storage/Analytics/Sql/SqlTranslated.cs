namespace Skep.Storage.Analytics.Sql;

/// <summary>An expression in SQLite's language.</summary>
/// <param name="Sql">The text.</param>
/// <param name="Type">What it yields.</param>
/// <param name="IsBare">It has a column that is neither aggregated nor grouped by.</param>
/// <param name="IsAggregate">It has an aggregate.</param>
internal readonly record struct SqlTranslated(string Sql, SqlType Type, bool IsBare = false, bool IsAggregate = false)
{
    /// <summary>The same parts in another expression.</summary>
    public static SqlTranslated Of(string sql, SqlType type, params ReadOnlySpan<SqlTranslated> parts)
    {
        bool bare = false, aggregate = false;
        foreach (var part in parts)
        {
            bare |= part.IsBare;
            aggregate |= part.IsAggregate;
        }

        return new SqlTranslated(sql, type, bare, aggregate);
    }

    /// <summary>A text as a literal.</summary>
    public static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}

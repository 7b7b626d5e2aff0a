namespace Skep.Storage.Analytics.Sql;

/// <summary>A statement of the SQL API.</summary>
/// <param name="Format">How the answer is written; null for the usual one.</param>
internal abstract record SqlStatement(string? Format);

/// <summary>SHOW TABLES, SHOW TIMEZONES, SHOW TIMEZONE.</summary>
internal sealed record SqlShow(string What, string? Format) : SqlStatement(Format);

/// <summary>A query, which may be part of another.</summary>
internal sealed record SqlSelect(string? Format) : SqlStatement(Format)
{
    public bool Distinct { get; init; }

    public required IReadOnlyList<SqlItem> Items { get; init; }

    /// <summary>The dataset; null when it reads from <see cref="Inner"/>, or from nothing.</summary>
    public string? Table { get; init; }

    public SqlSelect? Inner { get; init; }

    public SqlExpression? Where { get; init; }

    public IReadOnlyList<SqlExpression> GroupBy { get; init; } = [];

    public SqlExpression? Having { get; init; }

    public IReadOnlyList<(SqlExpression By, bool Descending)> OrderBy { get; init; } = [];

    public long? Limit { get; init; }

    public long? Offset { get; init; }
}

/// <summary>A column of the result.</summary>
/// <param name="Value">Its value; null for all columns there are.</param>
/// <param name="Name">What it is called.</param>
/// <param name="IsAlias">True when the query has given it the name.</param>
internal sealed record SqlItem(SqlExpression? Value, string Name, bool IsAlias);

/// <summary>An expression.</summary>
/// <param name="At">The place of its first character.</param>
internal abstract record SqlExpression(int At);

internal sealed record SqlText(string Value, int At) : SqlExpression(At);

internal sealed record SqlNumber(string Value, int At) : SqlExpression(At);

internal sealed record SqlNull(int At) : SqlExpression(At);

internal sealed record SqlInterval(long Count, string Unit, int At) : SqlExpression(At);

internal sealed record SqlColumn(string Name, int At) : SqlExpression(At);

/// <summary>An operator with one or two operands.</summary>
internal sealed record SqlOperation(string Operator, SqlExpression Left, SqlExpression? Right, int At) : SqlExpression(At);

internal sealed record SqlBetween(SqlExpression Value, SqlExpression From, SqlExpression To, bool Not, int At) : SqlExpression(At);

internal sealed record SqlIn(SqlExpression Value, IReadOnlyList<SqlExpression> List, bool Not, int At) : SqlExpression(At);

internal sealed record SqlIsNull(SqlExpression Value, bool Not, int At) : SqlExpression(At);

/// <summary>A function's call: <c>name(parameters)(arguments)</c>, or without parameters.</summary>
internal sealed record SqlCall(string Name, IReadOnlyList<SqlExpression> Parameters, IReadOnlyList<SqlExpression> Arguments, bool Distinct, int At) : SqlExpression(At);

namespace Skep.Storage.Analytics.Sql;

internal enum SqlTokenKind
{
    End,
    Word,
    QuotedName,
    Text,
    Number,
    Symbol,
}

/// <summary>A token of a query.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Value">A word as written, a text without its quotes.</param>
/// <param name="Start">Its first character's place.</param>
/// <param name="End">The place behind its last.</param>
internal readonly record struct SqlToken(SqlTokenKind Kind, string Value, int Start, int End);

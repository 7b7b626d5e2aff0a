namespace Skep.Abstractions.D1;

/// <summary>What the JSON of an answer looks like.</summary>
public enum D1Shape : byte
{
    /// <summary><c>[{"success", "meta", "results": [{column: value}]}]</c>, one item a query.</summary>
    Objects,

    /// <summary><c>[{"success", "meta", "results": {"columns": [], "rows": [[]]}}]</c>, one item a query.</summary>
    Rows,

    /// <summary>The first row of the first query as an object; <c>null</c> when there is none.</summary>
    First,

    /// <summary>The rows of the first query: <c>[[value]]</c>.</summary>
    Raw,

    /// <summary>The same, after a row with the columns' names.</summary>
    RawWithNames,

    /// <summary><c>{"count", "duration"}</c> of all queries.</summary>
    Count,
}

/// <summary>How queries are to be run.</summary>
[Flags]
public enum D1Flags : byte
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary>The answer has a bookmark.</summary>
    Bookmark = 1,

    /// <summary>A query may consist of several statements, each with its result and its share of the parameters.</summary>
    Split = 2,
}

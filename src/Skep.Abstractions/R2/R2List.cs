namespace Skep.Abstractions.R2;

/// <summary>Which objects to list.</summary>
public sealed record R2ListQuery
{
    /// <summary>What keys begin with.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Keys that have it after the prefix are listed once, by all up to it; empty for none.</summary>
    public string Delimiter { get; init; } = "";

    /// <summary>Where the page before ended, or null for the first.</summary>
    public string? Cursor { get; init; }

    /// <summary>Keys up to this one are left out; null for none.</summary>
    public string? StartAfter { get; init; }

    /// <summary>How many objects and prefixes at most.</summary>
    public int Limit { get; init; } = R2Rules.MaxListKeys;

    /// <summary>Objects come with what they are to be served with.</summary>
    public bool WithHttp { get; init; }

    /// <summary>Objects come with what their owner added.</summary>
    public bool WithCustom { get; init; }
}

/// <summary>A page of objects.</summary>
/// <param name="Objects">The objects, ordered by the UTF-8 form of their keys.</param>
/// <param name="Prefixes">What keys with the delimiter have in common.</param>
/// <param name="Cursor">Where the next page begins; null after the last.</param>
public sealed record R2Page(IReadOnlyList<R2Object> Objects, IReadOnlyList<string> Prefixes, string? Cursor);

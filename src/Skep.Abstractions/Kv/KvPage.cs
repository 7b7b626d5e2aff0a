namespace Skep.Abstractions.Kv;

/// <summary>Which keys to list.</summary>
/// <param name="Prefix">What they begin with.</param>
/// <param name="Cursor">Where the page before ended, or null for the first.</param>
/// <param name="Limit">How many at most.</param>
public sealed record KvListQuery(string Prefix = "", string? Cursor = null, int Limit = KvRules.MaxListKeys);

/// <summary>A page of keys.</summary>
/// <param name="Keys">The keys, in order.</param>
/// <param name="Cursor">Where the next page begins; null after the last.</param>
public sealed record KvPage(IReadOnlyList<KvKey> Keys, string? Cursor);

/// <summary>A key of a list.</summary>
/// <param name="Name">The key.</param>
/// <param name="Expiration">When its pair expires, in seconds since 1970, or null.</param>
/// <param name="Metadata">JSON, or null.</param>
public readonly record struct KvKey(string Name, long? Expiration, string? Metadata);

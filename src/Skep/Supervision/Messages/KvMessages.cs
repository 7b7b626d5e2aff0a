using Skep.Abstractions.Kv;

namespace Skep.Supervision.Messages;

/// <summary>Reads pairs.</summary>
/// <param name="Namespace">The namespace.</param>
/// <param name="Keys">The keys.</param>
/// <param name="MaxBytes">What the values may have together; null for one key without a limit.</param>
internal sealed record KvRead(string Namespace, IReadOnlyList<string> Keys, long? MaxBytes);

/// <summary>A pair without its value, which follows in the body.</summary>
/// <param name="Length">Bytes of the value.</param>
/// <param name="Expiration">When it expires.</param>
/// <param name="Metadata">JSON.</param>
internal sealed record KvHead(int Length, long? Expiration, string? Metadata);

/// <summary>What was read, in the order of the keys; null where there is nothing.</summary>
internal sealed record KvHeads(IReadOnlyList<KvHead?> Pairs);

/// <summary>Reads a page of keys.</summary>
internal sealed record KvListing(string Namespace, KvListQuery Query);

/// <summary>Writes; the values follow in the body.</summary>
internal sealed record KvChanges(string Namespace, IReadOnlyList<KvChange> Changes);

/// <summary>One write.</summary>
/// <param name="Key">The key.</param>
/// <param name="Length">Bytes of the value; null to delete the pair.</param>
/// <param name="Expiration">When it expires.</param>
/// <param name="Metadata">JSON.</param>
internal sealed record KvChange(string Key, int? Length, long? Expiration, string? Metadata);

/// <summary>Counts an action.</summary>
internal sealed record RateLimitQuestion(string Namespace, string Key, long Limit, int Period, long Weight);

/// <summary>Whether it is allowed.</summary>
internal sealed record RateLimitAnswer(bool IsAllowed);

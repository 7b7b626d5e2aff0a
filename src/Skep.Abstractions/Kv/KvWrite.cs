namespace Skep.Abstractions.Kv;

/// <summary>One change of a namespace.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The new value, which must not change until the write has returned; null deletes the pair.</param>
/// <param name="Expiration">When the pair expires, in seconds since 1970, or null for never.</param>
/// <param name="Metadata">JSON, or null.</param>
public readonly record struct KvWrite(string Key, ReadOnlyMemory<byte>? Value, long? Expiration = null, string? Metadata = null);

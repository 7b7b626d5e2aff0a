namespace Skep.Abstractions.Objects;

/// <summary>Rules that storage of Durable Objects enforces (https://developers.cloudflare.com/durable-objects/platform/limits/).</summary>
public static class ObjectStorageLimits
{
    /// <summary>Bytes of a key, of a class without SQL.</summary>
    public const int KeyBytes = 2048;

    /// <summary>Bytes of a value, of a class without SQL: 128 KiB and what serializing adds.</summary>
    public const int ValueBytes = (128 << 10) + 34;

    /// <summary>Bytes of key and value together, of a class with SQL.</summary>
    public const int PairBytes = 2 << 20;

    /// <summary>Keys of one call.</summary>
    public const int KeysAtOnce = 128;

    /// <summary>Bytes of a database.</summary>
    public const long DatabaseBytes = 10L << 30;

    /// <summary>How long a bookmark can be come back to.</summary>
    public static readonly TimeSpan HistoryAge = TimeSpan.FromDays(30);
}

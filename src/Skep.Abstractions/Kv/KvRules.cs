using System.Text;

namespace Skep.Abstractions.Kv;

/// <summary>What may be stored (https://developers.cloudflare.com/kv/platform/limits/), with Cloudflare's words for what may not.</summary>
public static class KvRules
{
    /// <summary>Bytes of a key in UTF-8.</summary>
    public const int MaxKeyBytes = 512;

    /// <summary>Bytes of a value, and of the values that one call reads.</summary>
    public const int MaxValueBytes = 25 << 20;

    /// <summary>Bytes of a pair's metadata as JSON.</summary>
    public const int MaxMetadataBytes = 1024;

    /// <summary>Keys of a page.</summary>
    public const int MaxListKeys = 1000;

    /// <summary>Keys that one call reads.</summary>
    public const int MaxBulkGetKeys = 100;

    private const int MinExpirationTtl = 60;
    private const int MinCacheTtl = 30;

    /// <exception cref="KvException">It cannot be a key.</exception>
    public static void CheckKey(string key)
    {
        if (key.Length == 0) throw new KvException(400, "Key names must not be empty");
        if (key is "." or "..") throw new KvException(400, $"Illegal key name \"{key}\". Please use a different name.");
        CheckKeyLength(key);
    }

    /// <exception cref="KvException">It is longer than keys may be.</exception>
    public static void CheckKeyLength(string key)
    {
        // No character takes more than three bytes for each of its UTF-16 units.
        if (key.Length * 3 <= MaxKeyBytes) return;
        var length = Encoding.UTF8.GetByteCount(key);
        if (length > MaxKeyBytes) throw new KvException(414, $"UTF-8 encoded length of {length} exceeds key length limit of {MaxKeyBytes}.");
    }

    /// <exception cref="KvException">A value may not have as many bytes.</exception>
    public static void CheckValue(long length)
    {
        if (length > MaxValueBytes) throw new KvException(413, $"Value length of {length} exceeds limit of {MaxValueBytes}.");
    }

    /// <exception cref="KvException">It is too long.</exception>
    public static void CheckMetadata(string json)
    {
        var length = Encoding.UTF8.GetByteCount(json);
        if (length > MaxMetadataBytes) throw new KvException(413, $"Metadata length of {length} exceeds limit of {MaxMetadataBytes}.");
    }

    /// <summary>When a pair expires that is stored now, in seconds since 1970. The time to live wins over the point in time.</summary>
    /// <exception cref="KvException">That is too soon.</exception>
    public static long? Expiration(long now, long? expiration, long? ttl)
    {
        if (ttl is { } seconds)
        {
            if (seconds <= 0) throw new KvException(400, $"Invalid expiration_ttl of {seconds}. Please specify integer greater than 0.");
            if (seconds < MinExpirationTtl)
                throw new KvException(400, $"Invalid expiration_ttl of {seconds}. Expiration TTL must be at least {MinExpirationTtl}.");
            return now + seconds;
        }

        if (expiration is not { } moment) return null;
        if (moment <= now)
            throw new KvException(400, $"Invalid expiration of {moment}. Please specify integer greater than the current number of seconds since the UNIX epoch.");
        return moment >= now + MinExpirationTtl
            ? moment
            : throw new KvException(400, $"Invalid expiration of {moment}. Expiration times must be at least {MinExpirationTtl} seconds in the future.");
    }

    /// <exception cref="KvException">It is too short.</exception>
    public static void CheckCacheTtl(int seconds)
    {
        if (seconds < MinCacheTtl) throw new KvException(400, $"Invalid cache_ttl of {seconds}. Cache TTL must be at least {MinCacheTtl}.");
    }

    /// <exception cref="KvException">A page may not have as many keys.</exception>
    public static void CheckLimit(int limit)
    {
        if (limit < 1) throw new KvException(400, $"Invalid key_count_limit of {limit}. Please specify an integer greater than 0.");
        if (limit > MaxListKeys) throw new KvException(400, $"Invalid key_count_limit of {limit}. Please specify an integer less than {MaxListKeys}.");
    }

    /// <exception cref="KvException">One call may not read as many keys.</exception>
    public static void CheckBulkGet(int keys)
    {
        if (keys > MaxBulkGetKeys) throw new KvException(400, $"You can request a maximum of {MaxBulkGetKeys} keys");
        if (keys < 1) throw new KvException(400, "You must request a minimum of 1 key");
    }
}

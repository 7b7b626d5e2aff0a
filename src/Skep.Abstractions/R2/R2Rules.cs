using System.Collections.Frozen;
using System.Text;

namespace Skep.Abstractions.R2;

/// <summary>What may be stored (https://developers.cloudflare.com/r2/platform/limits/), with Cloudflare's words for what may not.</summary>
public static class R2Rules
{
    /// <summary>Bytes of a key in UTF-8.</summary>
    public const int MaxKeyBytes = 1024;

    /// <summary>Bytes of custom metadata.</summary>
    public const int MaxMetadataBytes = 8192;

    /// <summary>Bytes of an object or part that is uploaded at once: 5 GiB less 5 MiB.</summary>
    public const long MaxUploadBytes = 5_363_466_240;

    /// <summary>Bytes of an object that is uploaded in parts: 5 TiB less 5 GiB.</summary>
    public const long MaxObjectBytes = 5_492_190_379_008;

    /// <summary>Bytes of a part that is not the last.</summary>
    public const long MinPartBytes = 5 << 20;

    /// <summary>Parts of an upload.</summary>
    public const int MaxParts = 10_000;

    /// <summary>Objects of a page.</summary>
    public const int MaxListKeys = 1000;

    /// <summary>Keys that one call deletes.</summary>
    public const int MaxDeleteKeys = 1000;

    /// <summary>No custom metadata.</summary>
    public static IReadOnlyDictionary<string, string> NoMetadata { get; } = FrozenDictionary<string, string>.Empty;

    /// <exception cref="R2Exception">It cannot be a key.</exception>
    public static void CheckKey(string key)
    {
        if (key.Length == 0) throw R2Exception.InvalidKey();
        // No character takes more than three bytes for each of its UTF-16 units.
        if (key.Length * 3 > MaxKeyBytes && Encoding.UTF8.GetByteCount(key) > MaxKeyBytes) throw R2Exception.InvalidKey();
    }

    /// <exception cref="R2Exception">One of them cannot be a key, or there are too many.</exception>
    public static void CheckDelete(IReadOnlyList<string> keys)
    {
        if (keys.Count > MaxDeleteKeys) throw R2Exception.InvalidArgument($"One call deletes at most {MaxDeleteKeys} keys, not {keys.Count}.");
        foreach (var key in keys) CheckKey(key);
    }

    /// <exception cref="R2Exception">Its key, metadata or storage class cannot be stored.</exception>
    public static void CheckPut(R2Put put)
    {
        CheckKey(put.Key);
        if (put.StorageClass is { } name) R2StorageClasses.Check(name);
        if (put.Custom.Count > 0 && put.Custom.Sum(static entry => (long)Weight(entry.Key) + Weight(entry.Value)) > MaxMetadataBytes)
            throw R2Exception.MetadataTooLarge();
    }

    /// <exception cref="R2Exception">An object cannot be as long.</exception>
    public static void CheckUpload(long bytes)
    {
        if (bytes > MaxUploadBytes) throw R2Exception.TooLarge();
    }

    /// <exception cref="R2Exception">It cannot be the number of a part.</exception>
    public static void CheckPartNumber(int number)
    {
        if (number is < 1 or > MaxParts) throw R2Exception.InvalidArgument($"Part number must be between 1 and {MaxParts} (inclusive). Actual value was: {number}");
    }

    /// <exception cref="R2Exception">A page cannot have as many keys.</exception>
    public static void CheckLimit(int limit)
    {
        if (limit is < 1 or > MaxListKeys) throw R2Exception.InvalidLimit();
    }

    // Text of one byte a character counts as such, any other as two.
    private static int Weight(string text) => text.AsSpan().ContainsAnyExceptInRange('\0', '\u00ff') ? 2 * text.Length : text.Length;
}

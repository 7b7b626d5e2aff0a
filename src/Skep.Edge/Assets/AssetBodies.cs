using System.Collections.Concurrent;
using Skep.Abstractions.Assets;

namespace Skep.Edge.Assets;

/// <summary>Reads the bytes of assets, and keeps short ones that are asked for in memory, up to a bound. What a content names never changes, so
/// that nothing here is ever out of date.</summary>
/// <param name="store">Where the bytes are.</param>
/// <param name="capacity">How many bytes to keep in memory.</param>
public sealed class AssetBodies(IAssetStore store, long capacity)
{
    private const int LargestCached = 256 << 10;
    // How long a coding that is not stored is not looked for: it may be on its way.
    private const long AbsenceMilliseconds = 2_000;

    private readonly ConcurrentDictionary<Key, Kept> _kept = [];
    private readonly ConcurrentDictionary<Key, long> _absent = [];
    private readonly Lock _evicting = new();
    private long _bytes;

    /// <summary>The asset's bytes in the coding that suits the client best.</summary>
    /// <exception cref="FileNotFoundException">They are not stored.</exception>
    internal AssetBody Open(AssetEntry entry, string? acceptEncoding)
    {
        if (acceptEncoding is not null && CompressibleTypes.Include(entry.ContentType, entry.Size))
        {
            if (AcceptedCodings.Include(acceptEncoding, "br") && TryOpen(entry.Content, AssetCoding.Brotli) is { } brotli) return brotli;
            if (AcceptedCodings.Include(acceptEncoding, "gzip") && TryOpen(entry.Content, AssetCoding.Gzip) is { } gzip) return gzip;
        }

        return TryOpen(entry.Content, AssetCoding.Identity)
            ?? throw new FileNotFoundException($"The content {entry.Hash} of a static asset is not in the store. Deploy the Worker again, or restore a backup.");
    }

    private AssetBody? TryOpen(AssetContent content, AssetCoding coding)
    {
        var key = new Key(content, coding);
        if (_kept.TryGetValue(key, out Kept? kept))
        {
            kept.Used = true;
            return new AssetBody(coding, kept.Bytes.Length, kept.Bytes, null, kept.ETag, WasCached: true);
        }

        if (coding != AssetCoding.Identity && IsAbsent(key)) return null;
        if (store.Open(content, coding) is not { } stream)
        {
            if (coding != AssetCoding.Identity) _absent[key] = Environment.TickCount64;
            return null;
        }

        if (stream.Length > LargestCached || (capacity > 0 && stream.Length > capacity / 4)) return new AssetBody(coding, stream.Length, default, stream, ETag(key), WasCached: false);
        using (stream)
        {
            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            var entry = new Kept(bytes, ETag(key));
            Keep(key, entry);
            return new AssetBody(coding, bytes.Length, bytes, null, entry.ETag, WasCached: false);
        }
    }

    private bool IsAbsent(Key key)
    {
        if (!_absent.TryGetValue(key, out long since)) return false;
        if (Environment.TickCount64 - since < AbsenceMilliseconds) return true;
        _absent.TryRemove(key, out _);
        return false;
    }

    private static string ETag(Key key) => key.Coding == AssetCoding.Identity ? $"\"{key.Content.Hash}\"" : $"W/\"{key.Content.Hash}\"";

    private void Keep(Key key, Kept entry)
    {
        if (capacity == 0 || !_kept.TryAdd(key, entry)) return;
        if (Interlocked.Add(ref _bytes, entry.Bytes.Length) <= capacity || !_evicting.TryEnter()) return;
        try
        {
            Evict();
        }
        finally
        {
            _evicting.Exit();
        }
    }

    // What was used since the last round stays for another one.
    private void Evict()
    {
        long wanted = capacity - (capacity / 8);
        for (int round = 0; round < 2 && Volatile.Read(ref _bytes) > wanted; round++)
        {
            foreach ((Key key, Kept kept) in _kept)
            {
                if (Volatile.Read(ref _bytes) <= wanted) return;
                if (kept.Used) kept.Used = false;
                else if (_kept.TryRemove(key, out _)) Interlocked.Add(ref _bytes, -kept.Bytes.Length);
            }
        }
    }

    private readonly record struct Key(AssetContent Content, AssetCoding Coding);

    private sealed class Kept(byte[] bytes, string etag)
    {
        public string ETag { get; } = etag;

        public byte[] Bytes { get; } = bytes;

        public bool Used { get; set; } = true;
    }
}

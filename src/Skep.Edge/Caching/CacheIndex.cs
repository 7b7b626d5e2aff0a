using Skep.Abstractions.Channels;

namespace Skep.Edge.Caching;

/// <summary>What is kept, by key and in the order of use, within bounds: the longest unused goes first.</summary>
internal sealed class CacheIndex(CacheOptions options)
{
    // One URL with many variants is not worth the whole cache.
    private const int MostVariants = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<CacheKey, List<CacheEntry>> _entries = [];
    private readonly LinkedList<CacheEntry> _byUse = [];
    private long _memory;
    private long _disk;
    private int _files;

    /// <summary>The entry that suits, if it is fresh. One that is not goes.</summary>
    public CacheEntry? Find(CacheKey key, IReadOnlyList<string> requestHeaders, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var variants)) return null;
            var entry = variants.Find(variant => variant.Suits(requestHeaders));
            if (entry is null) return null;
            if (entry.StaleAt <= now)
            {
                Remove(entry);
                return null;
            }

            _byUse.Remove(entry.Node!);
            _byUse.AddFirst(entry.Node!);
            return entry;
        }
    }

    /// <summary>Adds an entry in the place of those that the same request would get.</summary>
    public void Add(CacheEntry entry, IReadOnlyList<string> requestHeaders)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(entry.Key, out var variants))
            {
                foreach (var old in variants.FindAll(variant => variant.Suits(requestHeaders))) Remove(old);
            }

            if (!_entries.TryGetValue(entry.Key, out variants)) _entries[entry.Key] = variants = [];
            if (variants.Count >= MostVariants) Remove(variants[0]);
            variants.Add(entry);
            _entries[entry.Key] = variants;
            entry.Node = _byUse.AddFirst(entry);
            Count(entry, 1);
            while (_memory > options.MemoryBytes && _byUse.Last is { } last) Remove(last.Value);
            for (var node = _byUse.Last; node is not null && (_disk > options.DiskBytes || _files > options.FilesOnDisk);)
            {
                var before = node.Previous;
                if (node.Value.Body.IsOnDisk) Remove(node.Value);
                node = before;
            }
        }
    }

    public bool Remove(CacheKey key, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var variants)) return false;
            var any = false;
            foreach (var entry in variants.ToArray())
            {
                any |= entry.StaleAt > now;
                Remove(entry);
            }

            return any;
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            while (_byUse.Last is { } last) Remove(last.Value);
        }
    }

    private void Remove(CacheEntry entry)
    {
        var variants = _entries[entry.Key];
        variants.Remove(entry);
        if (variants.Count == 0) _entries.Remove(entry.Key);
        _byUse.Remove(entry.Node!);
        Count(entry, -1);
        entry.Body.Release();
    }

    private void Count(CacheEntry entry, int sign)
    {
        _memory += sign * entry.MemoryBytes;
        _disk += sign * entry.DiskBytes;
        if (entry.Body.IsOnDisk) _files += sign;
    }
}

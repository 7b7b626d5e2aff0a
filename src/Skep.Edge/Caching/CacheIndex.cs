using Skep.Abstractions.Channels;

namespace Skep.Edge.Caching;

/// <summary>What is kept, by key, by tag and in the order of use, within bounds: the longest unused goes first.</summary>
internal sealed class CacheIndex(CacheOptions options)
{
    // One URL with many variants is not worth the whole cache.
    private const int MostVariants = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<CacheKey, List<CacheEntry>> _entries = [];
    private readonly Dictionary<string, HashSet<CacheEntry>> _byTag = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, CacheEntry> _byId = [];
    private readonly LinkedList<CacheEntry> _byUse = [];
    private long _memory;
    private long _disk;
    private int _nameless;

    /// <summary>Told of each entry that has left, under the lock.</summary>
    public Action<CacheEntry>? Taken { get; set; }

    /// <summary>The entry that suits, fresh or stale.</summary>
    public CacheEntry? Find(CacheKey key, IReadOnlyList<string> requestHeaders)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var variants)) return null;
            var entry = variants.Find(variant => variant.Suits(requestHeaders));
            if (entry is null) return null;
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
                foreach (var old in variants.FindAll(variant => variant.Suits(requestHeaders))) Take(old);
            }

            Insert(entry, first: true);
            Shrink();
        }
    }

    /// <summary>Adds an entry of an earlier process, or of another one, unless there is a newer one in its place.</summary>
    /// <param name="entry">It.</param>
    /// <param name="isOwn">False when it is another process, which has added it, that looks after the room on disk.</param>
    public void AddLoaded(CacheEntry entry, bool isOwn)
    {
        lock (_gate)
        {
            if (_byId.ContainsKey(entry.Id)) return;
            if (_entries.TryGetValue(entry.Key, out var variants) && variants.Find(variant => variant.Varies.SequenceEqual(entry.Varies)) is { } other)
            {
                if (other.Id.CompareTo(entry.Id) > 0)
                {
                    entry.Body.Discard();
                    return;
                }

                Take(other);
            }

            Insert(entry, first: !isOwn);
            if (isOwn) Shrink();
            else ShrinkMemory();
        }
    }

    /// <summary>Another process has removed the entry.</summary>
    public void OnRemoved(Guid id)
    {
        lock (_gate)
        {
            if (_byId.TryGetValue(id, out var entry)) Take(entry);
        }
    }

    /// <summary>The entry is in a file too; false when it is not in the cache any more.</summary>
    public bool TryAddFile(CacheEntry entry, CacheFile file)
    {
        lock (_gate)
        {
            if (entry.IsRemoved) return false;
            Count(entry, -1);
            entry.Body.AddFile(file);
            Count(entry, 1);
            Shrink();
            return true;
        }
    }

    /// <summary>The origin said that the entry is still right.</summary>
    public static void Refresh(CacheEntry entry, DateTimeOffset now, TimeSpan lifetime) => entry.Freshness = new Freshness(now, now + lifetime);

    public bool Remove(CacheKey key, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var variants)) return false;
            var any = false;
            foreach (var entry in variants.ToArray())
            {
                any |= entry.Freshness.StaleAt > now;
                Remove(entry);
            }

            return any;
        }
    }

    /// <summary>Removes one entry, e.g. because its file is damaged.</summary>
    public void Remove(CacheEntry entry)
    {
        lock (_gate)
        {
            if (!entry.IsRemoved) Take(entry);
        }
    }

    /// <summary>Removes those with one of the tags for which the condition holds, or all for which it holds; returns how many.</summary>
    public int RemoveWhere(IReadOnlyCollection<string>? tags, Func<CacheEntry, bool> condition)
    {
        lock (_gate)
        {
            var candidates = tags?.SelectMany(tag => _byTag.GetValueOrDefault(tag) ?? []) ?? _byUse;
            CacheEntry[] found = [.. candidates.Distinct().Where(condition)];
            foreach (var entry in found) Take(entry);
            return found.Length;
        }
    }

    private void Insert(CacheEntry entry, bool first)
    {
        if (!_entries.TryGetValue(entry.Key, out var variants)) _entries[entry.Key] = variants = [];
        if (variants.Count >= MostVariants) Take(variants[0]);
        variants.Add(entry);
        _entries[entry.Key] = variants;
        foreach (var tag in entry.Tags)
        {
            if (!_byTag.TryGetValue(tag, out var tagged)) _byTag[tag] = tagged = [];
            tagged.Add(entry);
        }

        entry.Node = first ? _byUse.AddFirst(entry) : _byUse.AddLast(entry);
        _byId[entry.Id] = entry;
        Count(entry, 1);
    }

    private void Shrink()
    {
        ShrinkMemory();
        for (var node = _byUse.Last; node is not null && (_disk > options.DiskBytes || _nameless > options.FilesOnDisk);)
        {
            var before = node.Previous;
            if (node.Value.Body.IsOnDisk) Take(node.Value);
            node = before;
        }
    }

    private void ShrinkMemory()
    {
        for (var node = _byUse.Last; node is not null && _memory > options.MemoryBytes;)
        {
            var before = node.Previous;
            LeaveMemory(node.Value);
            node = before;
        }

        while (_memory > options.MemoryBytes && _byUse.Last is { } last) Take(last.Value);
    }

    private void LeaveMemory(CacheEntry entry)
    {
        Count(entry, -1);
        entry.Body.TryLeaveMemory();
        Count(entry, 1);
    }

    private void Take(CacheEntry entry)
    {
        var variants = _entries[entry.Key];
        variants.Remove(entry);
        if (variants.Count == 0) _entries.Remove(entry.Key);
        foreach (var tag in entry.Tags)
        {
            var tagged = _byTag[tag];
            tagged.Remove(entry);
            if (tagged.Count == 0) _byTag.Remove(tag);
        }

        _byUse.Remove(entry.Node!);
        _byId.Remove(entry.Id);
        entry.IsRemoved = true;
        Count(entry, -1);
        entry.Body.Discard();
        Taken?.Invoke(entry);
    }

    private void Count(CacheEntry entry, int sign)
    {
        _memory += sign * entry.MemoryBytes;
        _disk += sign * entry.DiskBytes;
        if (entry.Body is { IsOnDisk: true } && !options.IsPersistent) _nameless += sign;
    }
}

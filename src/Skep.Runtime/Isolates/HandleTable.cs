namespace Skep.Runtime.Isolates;

/// <summary>Small integers for host objects that JavaScript refers to. A number carries a generation, so that one kept beyond
/// its object's life finds nothing rather than another object.</summary>
internal sealed class HandleTable<T>
    where T : class
{
    private const int IndexBits = 16;
    private const int GenerationMask = 0x3fff;

    private Entry[] entries = new Entry[8];
    private int free = -1;
    private int used;

    public int Count { get; private set; }

    public int Add(T value)
    {
        int index;
        if (free >= 0)
        {
            index = free;
            free = entries[index].NextFree;
        }
        else
        {
            if (used >= 1 << IndexBits) throw new InvalidOperationException("Too many host objects are alive at once.");
            if (used == entries.Length) Array.Resize(ref entries, used * 2);
            index = used++;
        }

        Count++;
        entries[index].Value = value;
        // Never 0: that is "none" to JavaScript.
        var generation = entries[index].Generation = (entries[index].Generation + 1) & GenerationMask;
        if (generation == 0) generation = entries[index].Generation = 1;
        return (generation << IndexBits) | index;
    }

    public T? Find(int handle)
    {
        var index = handle & ((1 << IndexBits) - 1);
        return index < used && entries[index].Generation == handle >> IndexBits ? entries[index].Value : null;
    }

    public T? Remove(int handle)
    {
        if (Find(handle) is not { } value) return null;
        var index = handle & ((1 << IndexBits) - 1);
        entries[index].Value = null;
        entries[index].NextFree = free;
        free = index;
        Count--;
        return value;
    }

    /// <summary>Everything in the table now.</summary>
    public List<T> ToList()
    {
        List<T> all = new(Count);
        for (var i = 0; i < used; i++)
        {
            if (entries[i].Value is { } value) all.Add(value);
        }

        return all;
    }

    /// <summary>Everything in the table now, with its number.</summary>
    public List<(int Handle, T Value)> ToPairs()
    {
        List<(int, T)> all = new(Count);
        for (var i = 0; i < used; i++)
        {
            if (entries[i].Value is { } value) all.Add(((entries[i].Generation << IndexBits) | i, value));
        }

        return all;
    }

    private struct Entry
    {
        public T? Value;
        public int Generation;
        public int NextFree;
    }
}

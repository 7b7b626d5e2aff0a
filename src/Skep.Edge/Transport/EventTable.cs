namespace Skep.Edge.Transport;

/// <summary>The targets of a loop by key. An event of a descriptor that was closed meanwhile finds nothing: keys are not used twice.</summary>
internal sealed class EventTable
{
    private const int SlotBits = 24;

    private readonly Lock _changing = new();
    private readonly Stack<int> _free = [];
    private IEventTarget?[] _targets = new IEventTarget?[64];
    private int _used;
    private long _generation;

    public void Add(IEventTarget target)
    {
        lock (_changing)
        {
            if (!_free.TryPop(out int slot))
            {
                slot = _used++;
                if (slot == _targets.Length)
                    Volatile.Write(ref _targets, [.. _targets, .. new IEventTarget?[slot]]);
            }

            target.EventKey = (++_generation << SlotBits) | (uint)slot;
            Volatile.Write(ref _targets[slot], target);
        }
    }

    public void Remove(IEventTarget target)
    {
        lock (_changing)
        {
            int slot = Slot(target.EventKey);
            _targets[slot] = null;
            _free.Push(slot);
        }
    }

    public IEventTarget? Find(long key)
    {
        IEventTarget?[] targets = Volatile.Read(ref _targets);
        int slot = Slot(key);
        return slot < targets.Length && Volatile.Read(ref targets[slot]) is { } target && target.EventKey == key ? target : null;
    }

    /// <summary>All that are in it now.</summary>
    public List<IEventTarget> ToList()
    {
        lock (_changing)
            return [.. _targets.OfType<IEventTarget>()];
    }

    private static int Slot(long key) => (int)(key & ((1 << SlotBits) - 1));
}

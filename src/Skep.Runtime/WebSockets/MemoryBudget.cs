namespace Skep.Runtime.WebSockets;

/// <summary>Memory that the connections of one isolate hold together outside of its heap: messages that are only half here, and
/// bytes that peers have not taken yet.</summary>
internal sealed class MemoryBudget(long limit)
{
    private long used;

    /// <summary>Bytes taken now.</summary>
    public long Used => Volatile.Read(ref used);

    /// <summary>Takes so many bytes, or none of them.</summary>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref used, bytes) <= limit) return true;
        Interlocked.Add(ref used, -bytes);
        return false;
    }

    /// <summary>Takes so many bytes whatever is left.</summary>
    public void Take(long bytes) => Interlocked.Add(ref used, bytes);

    public void Give(long bytes) => Interlocked.Add(ref used, -bytes);
}

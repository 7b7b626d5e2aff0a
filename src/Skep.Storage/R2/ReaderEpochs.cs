namespace Skep.Storage.R2;

/// <summary>Keeps content that is not named any more until nobody reads it who may have found it before.</summary>
internal sealed class ReaderEpochs
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, int> _reading = [];
    private readonly Queue<(long Epoch, string Blob)> _waiting = new();
    private long _epoch;

    /// <summary>Whether anybody reads.</summary>
    public bool IsReading
    {
        get
        {
            lock (_gate) return _reading.Count > 0;
        }
    }

    /// <summary>Somebody is about to look up content; what to give to <see cref="Leave"/>.</summary>
    public long Enter()
    {
        lock (_gate)
        {
            _reading[_epoch] = _reading.GetValueOrDefault(_epoch) + 1;
            return _epoch;
        }
    }

    /// <summary>Content that was looked up is open, or was read; true when there may be something to take.</summary>
    public bool Leave(long epoch)
    {
        lock (_gate)
        {
            if (--_reading[epoch] == 0) _reading.Remove(epoch);
            return _waiting.TryPeek(out var next) && IsFree(next.Epoch);
        }
    }

    /// <summary>From now on nobody finds this content.</summary>
    public void Add(IEnumerable<string> blobs)
    {
        lock (_gate)
        {
            foreach (var blob in blobs) _waiting.Enqueue((_epoch, blob));
            _epoch++;
        }
    }

    /// <summary>Takes the content that nobody reads.</summary>
    public List<string> Take()
    {
        List<string> free = [];
        lock (_gate)
        {
            while (_waiting.TryPeek(out var next) && IsFree(next.Epoch)) free.Add(_waiting.Dequeue().Blob);
        }

        return free;
    }

    private bool IsFree(long epoch)
    {
        foreach (var (oldest, _) in _reading) return oldest > epoch;
        return true;
    }
}

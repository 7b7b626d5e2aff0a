namespace Skep.Storage.RateLimiting;

/// <summary>The counts of one namespace in the window that it is in. Its memory is bounded: when there are too many keys, further ones
/// share counters, so that nobody escapes by making the table overflow.</summary>
internal sealed class RateWindow
{
    private const int MostKeys = 65_536;
    private const int SharedCounters = 4_096;
    private const int KeptCapacity = 1_024;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private long[]? _shared;
    private long _number;

    /// <summary>Which window it is in, counted from 1970.</summary>
    public long Number => Volatile.Read(ref _number);

    /// <summary>Counts unless that is over the limit already.</summary>
    public bool TryCount(long number, string key, long limit, long weight)
    {
        lock (_gate)
        {
            if (number != _number) Begin(number);
            if (_counts.TryGetValue(key, out var count) || _counts.Count < MostKeys)
            {
                if (count >= limit) return false;
                _counts[key] = count + weight;
                return true;
            }

            _shared ??= new long[SharedCounters];
            ref var shared = ref _shared[(uint)string.GetHashCode(key, StringComparison.Ordinal) % SharedCounters];
            if (shared >= limit) return false;
            shared += weight;
            return true;
        }
    }

    private void Begin(long number)
    {
        _number = number;
        _shared = null;
        _counts.Clear();
        if (_counts.Capacity > KeptCapacity) _counts.TrimExcess(KeptCapacity);
    }
}

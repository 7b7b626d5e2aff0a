namespace Skep.Abstractions.Metering;

/// <summary>A counter of a meter.</summary>
public sealed class MeterCounter
{
    private long _value;

    /// <summary>How far it has counted.</summary>
    public long Value => Interlocked.Read(ref _value);

    /// <summary>Counts on.</summary>
    public void Add(long count) => Interlocked.Add(ref _value, count);
}

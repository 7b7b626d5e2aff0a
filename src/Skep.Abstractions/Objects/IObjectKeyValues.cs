namespace Skep.Abstractions.Objects;

/// <summary>Keys and serialized values of one Durable Object. Keys are UTF-8 and ordered by their bytes.</summary>
public interface IObjectKeyValues
{
    /// <summary>Reads a value.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">Valid until the next call of the storage.</param>
    /// <returns>False when there is none.</returns>
    bool TryGet(ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value);

    /// <summary>Writes a value.</summary>
    void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value);

    /// <summary>Removes a value; false when there was none.</summary>
    bool Delete(ReadOnlySpan<byte> key);

    /// <summary>Reads pairs in the order of their keys.</summary>
    /// <param name="start">The first key that may be among them.</param>
    /// <param name="end">The first key that is not any more; empty: there is none such.</param>
    /// <param name="reverse">From the end.</param>
    /// <param name="limit">As many at most; negative: all.</param>
    /// <param name="take">Is given each pair; its memory is borrowed. False ends the reading.</param>
    /// <param name="state">For <paramref name="take"/>.</param>
    void List<TState>(ReadOnlySpan<byte> start, ReadOnlySpan<byte> end, bool reverse, long limit, TakePair<TState> take, ref TState state)
        where TState : allows ref struct;
}

/// <summary>Takes a pair of key and value.</summary>
public delegate bool TakePair<TState>(ref TState state, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    where TState : allows ref struct;

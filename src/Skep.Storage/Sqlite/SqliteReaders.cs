namespace Skep.Storage.Sqlite;

/// <summary>The connections that read a file, each used by one thread at a time, made when they are first needed.</summary>
internal sealed class SqliteReaders<TReader>(int count, Func<TReader> open) : IDisposable
    where TReader : class, IDisposable
{
    private readonly TReader?[] _readers = new TReader?[count];
    private readonly Lock[] _gates = [.. Enumerable.Range(0, count).Select(_ => new Lock())];
    private int _turn;

    /// <summary>Reads with a connection that is free right now; false when none is.</summary>
    public bool TryRead<TState, T>(TState state, Func<TReader, TState, T> read, out T? result)
    {
        for (var i = 0; i < _gates.Length; i++)
        {
            if (!_gates[i].TryEnter()) continue;
            try
            {
                result = read(Reader(i), state);
                return true;
            }
            finally
            {
                _gates[i].Exit();
            }
        }

        result = default;
        return false;
    }

    /// <summary>Reads, and waits for a connection if need be.</summary>
    public T Read<TState, T>(TState state, Func<TReader, TState, T> read)
    {
        if (TryRead(state, read, out var result)) return result!;
        var turn = (int)((uint)Interlocked.Increment(ref _turn) % (uint)_gates.Length);
        lock (_gates[turn]) return read(Reader(turn), state);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var reader in _readers) reader?.Dispose();
    }

    private TReader Reader(int number) => _readers[number] ??= open();
}

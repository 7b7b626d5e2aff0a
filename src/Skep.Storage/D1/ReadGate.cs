using System.Diagnostics;

namespace Skep.Storage.D1;

/// <summary>Counts who reads, so that there can be a moment when nobody does.</summary>
internal sealed class ReadGate : IDisposable
{
    private readonly ManualResetEventSlim _open = new(initialState: true);
    private int _reading;

    /// <summary>Begins to read; false when reading is paused.</summary>
    public bool TryEnter()
    {
        Interlocked.Increment(ref _reading);
        if (_open.IsSet) return true;
        Interlocked.Decrement(ref _reading);
        return false;
    }

    /// <summary>Begins to read, after a pause if need be.</summary>
    public void Enter()
    {
        while (!TryEnter()) _open.Wait();
    }

    public void Exit() => Interlocked.Decrement(ref _reading);

    /// <summary>Nobody begins to read until <see cref="Resume"/>. False when somebody is still reading after the time; reading goes on then.</summary>
    public bool TryPause(TimeSpan patience)
    {
        _open.Reset();
        var began = Stopwatch.GetTimestamp();
        SpinWait spin = default;
        while (Volatile.Read(ref _reading) != 0)
        {
            if (Stopwatch.GetElapsedTime(began) > patience)
            {
                Resume();
                return false;
            }

            spin.SpinOnce();
        }

        return true;
    }

    public void Resume() => _open.Set();

    /// <inheritdoc/>
    public void Dispose() => _open.Dispose();
}

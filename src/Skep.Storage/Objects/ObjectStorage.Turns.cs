using Skep.Abstractions.Objects;

namespace Skep.Storage.Objects;

/// <content>Who may touch the connection: a turn of the object, from its first operation to its commit, or work in the background between turns.</content>
internal sealed partial class ObjectStorage
{
    /// <summary>Runs work on the connection between turns; false when it cannot be now.</summary>
    /// <param name="work">The work.</param>
    /// <param name="afterOther">Other such work is waited for. Turns never are: they may be long.</param>
    internal bool BetweenTurns(Action<ObjectSession> work, bool afterOther = false)
    {
        if (!TryTakeBackground(afterOther)) return false;
        try
        {
            if (_session is not { } session || _wrote || _depth > 0) return false;
            work(session);
            return true;
        }
        finally
        {
            EndBackground();
        }
    }

    private void Enter()
    {
        if (!_turn) EnterTurn();
        if (_broken is { } failure) throw failure;
    }

    private void EnterTurn()
    {
        if (_disposed) throw new ObjectStorageException(ObjectStorageError.Refused, "The Durable Object has ended; its storage is closed.");
        lock (_monitor)
        {
            while (_background) Monitor.Wait(_monitor);
            _turn = true;
        }

        LastUsed = Environment.TickCount64;
    }

    private void EndTurn()
    {
        if (!_turn) return;
        lock (_monitor)
        {
            _turn = false;
            Monitor.PulseAll(_monitor);
        }
    }

    private void TakeBackground(bool waitForTurn)
    {
        lock (_monitor)
        {
            while (_background || (waitForTurn && _turn)) Monitor.Wait(_monitor);
            _background = true;
        }
    }

    private bool TryTakeBackground(bool afterOther = false)
    {
        lock (_monitor)
        {
            while (afterOther && _background && !_turn) Monitor.Wait(_monitor);
            if (_background || _turn || _disposed) return false;
            return _background = true;
        }
    }

    private void EndBackground()
    {
        lock (_monitor)
        {
            _background = false;
            Monitor.PulseAll(_monitor);
        }
    }
}

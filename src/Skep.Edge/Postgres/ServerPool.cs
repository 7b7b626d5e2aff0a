using Skep.Abstractions.Hyperdrive;

namespace Skep.Edge.Postgres;

/// <summary>The connections to one database. Who wants one when all are in use waits in line.</summary>
internal sealed class ServerPool(HyperdriveOrigin origin, int most, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan IdleLifetime = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Stack<ServerConnection> _idle = new();
    private readonly LinkedList<TaskCompletionSource<ServerConnection?>> _waiting = new();
    private IReadOnlyList<KeyValuePair<string, string>>? _parameters;
    private int _open;
    private bool _retired;

    public HyperdriveOrigin Origin => origin;

    /// <summary>Connections that are open, or being opened.</summary>
    public int Open
    {
        get
        {
            lock (_gate) return _open;
        }
    }

    /// <summary>What the server says of itself; connects when nobody has yet.</summary>
    /// <exception cref="HyperdriveException">It cannot be reached.</exception>
    public async ValueTask<IReadOnlyList<KeyValuePair<string, string>>> ParametersAsync(CancellationToken cancellation)
    {
        if (_parameters is { } known) return known;
        var connection = await TakeAsync(cancellation).ConfigureAwait(false);
        Return(connection);
        return connection.Parameters;
    }

    /// <summary>A connection of the caller's own, until it gives it back.</summary>
    /// <exception cref="HyperdriveException">The database cannot be reached, or all connections stay in use.</exception>
    public async ValueTask<ServerConnection> TakeAsync(CancellationToken cancellation)
    {
        for (;;)
        {
            ServerConnection? found = null;
            LinkedListNode<TaskCompletionSource<ServerConnection?>>? place = null;
            lock (_gate)
            {
                if (!_idle.TryPop(out found))
                {
                    if (_open < most) _open++;
                    else place = _waiting.AddLast(new TaskCompletionSource<ServerConnection?>(TaskCreationOptions.RunContinuationsAsynchronously));
                }
            }

            if (place is not null)
            {
                found = await WaitAsync(place, cancellation).ConfigureAwait(false);
                // A place has become free instead of a connection.
                if (found is null) return await OpenAsync(cancellation).ConfigureAwait(false);
            }

            if (found is null) return await OpenAsync(cancellation).ConfigureAwait(false);
            if (!found.IsStale) return found;
            Discard(found);
        }
    }

    /// <summary>Gives a connection back that is in no transaction. One whose session was changed is cleaned first.</summary>
    public void Return(ServerConnection connection)
    {
        if (connection.IsChanged) _ = CleanAsync(connection);
        else Pass(connection);
    }

    /// <summary>Closes a connection that was taken.</summary>
    public void Discard(ServerConnection connection)
    {
        connection.Dispose();
        FreePlace();
    }

    /// <summary>Closes what nobody has used for a while.</summary>
    public void Sweep()
    {
        List<ServerConnection> old = [];
        lock (_gate)
        {
            var now = time.GetUtcNow();
            var kept = _idle.Reverse().ToList();
            _idle.Clear();
            foreach (var each in kept)
            {
                if (_retired || now - each.LastUsed >= IdleLifetime || each.IsStale) old.Add(each);
                else _idle.Push(each);
            }
        }

        foreach (var each in old) Discard(each);
    }

    /// <summary>Nobody new comes: what is in use is closed when it is given back.</summary>
    public void Retire()
    {
        lock (_gate) _retired = true;
        Sweep();
    }

    private async Task<ServerConnection?> WaitAsync(LinkedListNode<TaskCompletionSource<ServerConnection?>> place, CancellationToken cancellation)
    {
        try
        {
            return await place.Value.Task.WaitAsync(Patience, time, cancellation).ConfigureAwait(false);
        }
        catch (Exception gaveUp) when (gaveUp is TimeoutException or OperationCanceledException)
        {
            bool waits;
            lock (_gate)
            {
                waits = place.List is not null;
                if (waits) _waiting.Remove(place);
            }

            // It came just now: somebody else gets it.
            if (!waits)
            {
                if (place.Value.Task.Result is { } late) Pass(late);
                else FreePlace();
            }

            if (gaveUp is OperationCanceledException) throw;
            throw new HyperdriveException(
                HyperdriveException.Other,
                $"Failed to acquire a connection (Timed out while waiting for an open slot in the pool.) All {most} connections were in use for {Patience.TotalSeconds} seconds: end transactions sooner, or raise --origin-connection-limit.");
        }
    }

    private async Task<ServerConnection> OpenAsync(CancellationToken cancellation)
    {
        try
        {
            var connection = await ServerConnector.ConnectAsync(origin, cancellation).ConfigureAwait(false);
            connection.LastUsed = time.GetUtcNow();
            _parameters = connection.Parameters;
            return connection;
        }
        catch
        {
            FreePlace();
            throw;
        }
    }

    private async Task CleanAsync(ServerConnection connection)
    {
        using CancellationTokenSource limited = new(Patience);
        try
        {
            await connection.RunAsync("DISCARD ALL", limited.Token).ConfigureAwait(false);
            connection.Forget();
            connection.IsChanged = false;
        }
        catch (Exception broken) when (broken is HyperdriveException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            Discard(connection);
            return;
        }

        Pass(connection);
    }

    private void Pass(ServerConnection connection)
    {
        connection.LastUsed = time.GetUtcNow();
        TaskCompletionSource<ServerConnection?>? next = null;
        var close = false;
        lock (_gate)
        {
            if (_waiting.First is { } first)
            {
                next = first.Value;
                _waiting.RemoveFirst();
            }
            else if (_retired)
            {
                close = true;
            }
            else
            {
                _idle.Push(connection);
            }
        }

        next?.SetResult(connection);
        if (close) Discard(connection);
    }

    // The one in line takes the place over: it opens a connection of its own.
    private void FreePlace()
    {
        TaskCompletionSource<ServerConnection?>? next = null;
        lock (_gate)
        {
            if (_waiting.First is { } first)
            {
                next = first.Value;
                _waiting.RemoveFirst();
            }
            else
            {
                _open--;
            }
        }

        next?.SetResult(null);
    }
}

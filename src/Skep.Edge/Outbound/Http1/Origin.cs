using Skep.Edge.Outbound.Connections;
using Skep.Edge.Transport;

namespace Skep.Edge.Outbound.Http1;

/// <summary>An endpoint and its idle connections, the one used last on top.</summary>
internal sealed class Origin(OriginEndpoint endpoint, TimeSpan idleTimeout, TimeSpan lifetime, TimeProvider time)
{
    // Descriptors that one origin may hold while nobody asks for it.
    private const int MostIdle = 256;

    // So many are looked at for one whose answer comes to the thread that asks.
    private const int MostCompared = 8;

    private readonly List<Http1Connection> _idle = [];
    private bool _retired;

    /// <summary>Where its connections go.</summary>
    public OriginEndpoint Endpoint => endpoint;

    /// <summary>A connection that can be used again, or null.</summary>
    public Http1Connection? TryTake()
    {
        while (true)
        {
            Http1Connection candidate;
            lock (_idle)
            {
                if (_idle.Count == 0)
                    return null;
                int index = FindNearest();
                candidate = _idle[index];
                _idle.RemoveAt(index);
            }

            if (!IsExpired(candidate) && candidate.IsQuiet)
                return candidate;
            candidate.Close();
        }
    }

    /// <summary>Keeps a connection for the next request.</summary>
    public void Return(Http1Connection connection)
    {
        connection.IdleSince = time.GetTimestamp();
        lock (_idle)
        {
            if (!_retired && _idle.Count < MostIdle && !IsExpired(connection))
            {
                _idle.Add(connection);
                return;
            }
        }

        connection.Close();
    }

    /// <summary>Closes what has been idle for too long, and what the origin has closed. True when none is left: the origin is
    /// retired then, and connections that still come back to it are closed.</summary>
    public bool Sweep()
    {
        List<Http1Connection> ended = [];
        lock (_idle)
        {
            foreach (Http1Connection connection in _idle)
            {
                if (IsExpired(connection) || !connection.IsQuiet)
                    ended.Add(connection);
            }

            _idle.RemoveAll(ended.Contains);
            _retired = _idle.Count == 0;
        }

        ended.ForEach(static connection => connection.Close());
        return _retired;
    }

    /// <summary>Closes all, and those in use when they come back.</summary>
    public void Retire()
    {
        Http1Connection[] all;
        lock (_idle)
        {
            _retired = true;
            all = [.. _idle];
            _idle.Clear();
        }

        Array.ForEach(all, static connection => connection.Close());
    }

    // The one used last, if there is none of the thread's own loop near it.
    private int FindNearest()
    {
        int last = _idle.Count - 1;
        if (EventLoop.Current is not { } loop)
            return last;
        for (int i = last; i >= Math.Max(0, _idle.Count - MostCompared); i--)
        {
            if (_idle[i].Loop == loop)
                return i;
        }

        return last;
    }

    private bool IsExpired(Http1Connection connection) =>
        time.GetElapsedTime(connection.IdleSince) >= idleTimeout || time.GetElapsedTime(connection.OpenedAt) >= lifetime;
}

using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Skep.Edge.Postgres;

/// <summary>What clients call their sessions when they want something cancelled, over another connection.</summary>
internal sealed class CancelKeys
{
    private readonly ConcurrentDictionary<int, (int Secret, ClientSession Session)> _sessions = new();
    private int _last;

    public (int Process, int Secret) Add(ClientSession session)
    {
        var secret = RandomNumberGenerator.GetInt32(int.MaxValue);
        for (;;)
        {
            var process = Interlocked.Increment(ref _last) & int.MaxValue;
            if (process != 0 && _sessions.TryAdd(process, (secret, session))) return (process, secret);
        }
    }

    public void Remove(int process) => _sessions.TryRemove(process, out _);

    /// <summary>Cancels what that session does. As with PostgreSQL, nobody hears whether there was anything.</summary>
    public Task CancelAsync(int process, int secret) =>
        _sessions.TryGetValue(process, out var known) && known.Secret == secret ? known.Session.CancelAsync() : Task.CompletedTask;
}

using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using Skep.Abstractions.Tracing;
using Skep.Control.Envelopes;

namespace Skep.Control.Tails;

/// <summary>Who tails which script. The running workers give their traces here, and make none while nobody tails.</summary>
/// <param name="time">The clock.</param>
/// <param name="onDemand">Hears that a script's traces are wanted from now on, or not any more, in the order in which that is so; null when nobody
/// needs to.</param>
public sealed class TailSessions(TimeProvider time, Action<string, bool>? onDemand = null) : ITraceSink
{
    // https://developers.cloudflare.com/workers/observability/logs/real-time-logs/#limits
    private const int MostOfScript = 10;

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(6);

    // A client that creates a tail connects at once; one that never did does not count against the limit for long.
    private static readonly TimeSpan TimeToConnect = TimeSpan.FromMinutes(1);

    private readonly Lock _changing = new();
    private readonly ConcurrentDictionary<string, Tailed> _scripts = new(StringComparer.Ordinal);
    private bool _closed;

    /// <inheritdoc/>
    public TraceDemand DemandFor(string script) => Of(script).Demand;

    /// <inheritdoc/>
    public void Publish(InvocationTrace trace)
    {
        foreach (var session in Of(trace.ScriptName).Sessions) session.Offer(trace);
    }

    /// <summary>Lets a client tail a script.</summary>
    /// <exception cref="ApiException">There are as many already as there may be.</exception>
    internal TailSession Create(string script, TailFilter filter)
    {
        lock (_changing)
        {
            Sweep(script);
            var tailed = Of(script);
            if (tailed.Sessions.Length >= MostOfScript)
                throw new ApiException(HttpStatusCode.TooManyRequests, new ApiError(ApiErrorCodes.TooManyTails, $"{script} is tailed by {MostOfScript} clients already. End one of them first."));
            var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
            var session = new TailSession(Guid.NewGuid().ToString("N"), secret, script, filter, time.GetUtcNow() + Lifetime, time);
            tailed.Set(tailed.Sessions.Add(session));
            return session;
        }
    }

    /// <summary>The script's tails.</summary>
    internal ImmutableArray<TailSession> List(string script)
    {
        lock (_changing)
        {
            Sweep(script);
            return Of(script).Sessions;
        }
    }

    /// <summary>The tail of that secret, for the one connection that it may have; null when there is none.</summary>
    internal TailSession? Connect(string secret)
    {
        lock (_changing)
        {
            var session = _scripts.Values.SelectMany(tailed => tailed.Sessions).FirstOrDefault(each => CryptographicOperations.FixedTimeEquals(
                System.Text.Encoding.UTF8.GetBytes(each.Secret), System.Text.Encoding.UTF8.GetBytes(secret)));
            if (session is null || session.IsConnected || _closed || session.ExpiresOn <= time.GetUtcNow()) return null;
            session.IsConnected = true;
            return session;
        }
    }

    /// <summary>The tail is over; false when there was none of that id.</summary>
    internal bool Remove(string script, string id)
    {
        lock (_changing)
        {
            var tailed = Of(script);
            if (tailed.Sessions.FirstOrDefault(each => each.Id == id) is not { } session) return false;
            End(tailed, session);
            return true;
        }
    }

    /// <summary>All tails are over: the server goes down.</summary>
    internal void Close()
    {
        lock (_changing)
        {
            _closed = true;
            foreach (var tailed in _scripts.Values)
            {
                foreach (var session in tailed.Sessions) End(tailed, session);
            }
        }
    }

    private void Sweep(string script)
    {
        var now = time.GetUtcNow();
        var tailed = Of(script);
        foreach (var session in tailed.Sessions)
        {
            if (session.ExpiresOn <= now || (!session.IsConnected && session.ExpiresOn - Lifetime + TimeToConnect <= now)) End(tailed, session);
        }
    }

    private static void End(Tailed tailed, TailSession session)
    {
        tailed.Set(tailed.Sessions.Remove(session));
        session.Ended.Cancel();
    }

    private Tailed Of(string script) => _scripts.GetOrAdd(script, static (name, told) => new Tailed(name, told), onDemand);

    private sealed class Tailed(string script, Action<string, bool>? onDemand)
    {
        private TailSession[] _sessions = [];

        public TraceDemand Demand { get; } = new();

        public ImmutableArray<TailSession> Sessions => System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(Volatile.Read(ref _sessions));

        public void Set(ImmutableArray<TailSession> sessions)
        {
            Volatile.Write(ref _sessions, [.. sessions]);
            if (Demand.IsWanted == !sessions.IsEmpty) return;
            Demand.IsWanted = !sessions.IsEmpty;
            onDemand?.Invoke(script, Demand.IsWanted);
        }
    }
}

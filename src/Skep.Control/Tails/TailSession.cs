using System.Threading.Channels;
using Skep.Abstractions.Tracing;

namespace Skep.Control.Tails;

/// <summary>One client that tails a script. What it does not take in time is dropped, and it is told so; no worker ever waits for it.</summary>
internal sealed class TailSession(string id, string secret, string script, TailFilter filter, DateTimeOffset expiresOn, TimeProvider time)
{
    private const int MostQueued = 256;
    private const long MostQueuedCharacters = 8 << 20;

    private readonly Channel<InvocationTrace> _queue = Channel.CreateUnbounded<InvocationTrace>(new UnboundedChannelOptions { SingleReader = true });
    private int _queued;
    private long _queuedCharacters;
    private int _dropped;
    private bool _toldOfOverload;

    /// <summary>What the API calls it by.</summary>
    public string Id => id;

    /// <summary>The part of its URL that nobody can guess: who has it may connect.</summary>
    public string Secret => secret;

    public string Script => script;

    public DateTimeOffset ExpiresOn => expiresOn;

    /// <summary>Set by the connection that serves it: there may be one.</summary>
    public bool IsConnected { get; set; }

    /// <summary>The client wants to see what its filters keep out, too.</summary>
    public bool IsDebugging { get; set; }

    /// <summary>Cancelled when it is over.</summary>
    public CancellationTokenSource Ended { get; } = new();

    /// <summary>Queues the event when the client wants it and there is room.</summary>
    public void Offer(InvocationTrace trace)
    {
        if (!IsDebugging && !filter.Passes(trace)) return;
        // Several threads may pass this together and exceed the bounds by an event each.
        if (Volatile.Read(ref _queued) >= MostQueued || Interlocked.Read(ref _queuedCharacters) >= MostQueuedCharacters)
        {
            Interlocked.Increment(ref _dropped);
            return;
        }

        Interlocked.Increment(ref _queued);
        Interlocked.Add(ref _queuedCharacters, Size(trace));
        _queue.Writer.TryWrite(trace);
    }

    /// <summary>What to send next; waits for it. An event comes after the message that others before it were dropped.</summary>
    public async ValueTask<ReadOnlyMemory<byte>[]> NextAsync(CancellationToken cancellation)
    {
        var trace = await _queue.Reader.ReadAsync(cancellation);
        Interlocked.Decrement(ref _queued);
        Interlocked.Add(ref _queuedCharacters, -Size(trace));
        var message = TailMessage.Of(trace);
        var dropped = Interlocked.Exchange(ref _dropped, 0) > 0;
        if (dropped == _toldOfOverload || (!dropped && Volatile.Read(ref _queued) > 0)) return [message];
        _toldOfOverload = dropped;
        var notice = TailMessage.Overload(dropped, time.GetUtcNow().ToUnixTimeMilliseconds());
        return dropped ? [notice, message] : [message, notice];
    }

    private static long Size(InvocationTrace trace)
    {
        long size = 1024;
        foreach (var log in trace.Logs) size += log.Message.Length;
        foreach (var exception in trace.Exceptions) size += exception.Message.Length + (exception.Stack?.Length ?? 0);
        return size;
    }
}

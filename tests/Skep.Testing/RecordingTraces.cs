using System.Collections.Concurrent;
using System.Threading.Channels;
using Skep.Abstractions.Tracing;

namespace Skep.Testing;

/// <summary>Wants every trace, until it is told not to, and keeps them.</summary>
public sealed class RecordingTraces : ITraceSink
{
    private readonly Channel<InvocationTrace> _traces = Channel.CreateUnbounded<InvocationTrace>();

    /// <summary>What the workers ask.</summary>
    public TraceDemand Demand { get; } = new() { IsWanted = true };

    /// <summary>All of them, oldest first.</summary>
    public ConcurrentQueue<InvocationTrace> All { get; } = new();

    public TraceDemand DemandFor(string script) => Demand;

    public void Publish(InvocationTrace trace)
    {
        All.Enqueue(trace);
        _traces.Writer.TryWrite(trace);
    }

    /// <summary>The next one; waits for it.</summary>
    public Task<InvocationTrace> NextAsync(CancellationToken cancellation) => _traces.Reader.ReadAsync(cancellation).AsTask();
}

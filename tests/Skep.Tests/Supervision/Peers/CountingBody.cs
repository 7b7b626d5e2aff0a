using Skep.Abstractions.Streams;

namespace Skep.Tests.Supervision.Peers;

/// <summary>A body that says how much of it was read, and when nobody has read for a while.</summary>
internal sealed class CountingBody(long length = long.MaxValue) : ForwardOnlyStream
{
    private readonly TaskCompletionSource _stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _reads;
    private long _taken;

    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>Ends when a read was not followed by another.</summary>
    public Task Stalled => _stalled.Task;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = (int)Math.Min(buffer.Length, length - _taken);
        Interlocked.Add(ref _taken, count);
        _ = WatchAsync(Interlocked.Increment(ref _reads));
        return new(count);
    }

    private async Task WatchAsync(int read)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(300));
        if (Volatile.Read(ref _reads) == read) _stalled.TrySetResult();
    }
}

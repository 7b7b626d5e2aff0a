using Skep.Runtime.Workers;

namespace Skep.Runtime.Fetch;

/// <summary>A body that the host holds: a client's upload, an origin's response.</summary>
internal sealed class HostBody(Stream stream, long? length, Invocation owner, IAsyncDisposable? source)
{
    public Stream Stream { get; } = stream;

    public long? Length { get; } = length;

    public Invocation Owner { get; } = owner;

    /// <summary>The rest is not wanted: closes where it comes from.</summary>
    public void Cancel()
    {
        if (source is null) return;
        var closing = source.DisposeAsync();
        // The connection is being thrown away: how that ends interests nobody, but it must be observed.
        if (!closing.IsCompletedSuccessfully) closing.AsTask().ContinueWith(static task => _ = task.Exception, TaskScheduler.Default);
    }
}

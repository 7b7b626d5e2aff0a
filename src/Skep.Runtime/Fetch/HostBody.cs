using Skep.Runtime.Workers;

namespace Skep.Runtime.Fetch;

/// <summary>A body that the host holds: a client's upload, an origin's response.</summary>
/// <param name="stream">The bytes as they came.</param>
/// <param name="length">Their number, when it is known.</param>
/// <param name="owner">Whose it is.</param>
/// <param name="source">What to close when the rest is not wanted.</param>
/// <param name="coding">The <c>Content-Encoding</c> of the bytes that JavaScript does not see, or null.</param>
internal sealed class HostBody(Stream stream, long? length, Invocation owner, IAsyncDisposable? source, string? coding = null)
{
    /// <summary>The bytes as they came, for passing them on under the same <see cref="Coding"/>.</summary>
    public Stream Coded => stream;

    /// <summary>The length of <see cref="Coded"/>.</summary>
    public long? CodedLength => length;

    /// <summary>The bytes as JavaScript reads them.</summary>
    public Stream Stream => field ??= coding is null ? stream : ContentCoding.Decode(stream, coding);

    /// <summary>The length of <see cref="Stream"/>, when it is known before its end.</summary>
    public long? Length => coding is null ? length : null;

    /// <summary>The coding that lies between the two, or null for none.</summary>
    public string? Coding => coding;

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

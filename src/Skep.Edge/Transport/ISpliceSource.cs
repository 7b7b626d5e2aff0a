namespace Skep.Edge.Transport;

/// <summary>A body that comes from a socket as it is, so that the kernel can pass it on by itself.</summary>
internal interface ISpliceSource
{
    /// <summary>Whether that goes for this one.</summary>
    bool CanSplice { get; }

    /// <summary>Whether the next bytes have been received already, and have to be read.</summary>
    bool HasBuffered { get; }

    /// <summary>Moves what there is next into an empty pipe, and waits for it if need be; how much that was, 0 at the body's end.</summary>
    ValueTask<int> SpliceAsync(SplicePipe pipe, CancellationToken cancellation);
}

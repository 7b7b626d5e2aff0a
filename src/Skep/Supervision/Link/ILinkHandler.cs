namespace Skep.Supervision.Link;

/// <summary>Answers what the other side asks.</summary>
internal interface ILinkHandler
{
    /// <summary>Answers a call, on a thread of the pool. What it throws is told to the caller.</summary>
    ValueTask<LinkMessage> HandleAsync(LinkMethod method, LinkMessage request, CancellationToken cancellation);

    /// <summary>Hears a notice, on the thread that reads the link: it must return quickly.</summary>
    void Hear(LinkMethod method, ReadOnlySpan<byte> notice);

    /// <summary>How a failure is told to the other side.</summary>
    byte[] Describe(Exception failure);

    /// <summary>The failure that the other side told.</summary>
    Exception Understand(ReadOnlySpan<byte> failure);
}

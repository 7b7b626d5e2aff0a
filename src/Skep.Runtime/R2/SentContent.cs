using Skep.Abstractions.Streams;
using Skep.Runtime.Fetch;

namespace Skep.Runtime.R2;

/// <summary>Content on its way to a bucket. What its sender fails with is described here, so that nobody takes a fault of the
/// bucket's own for it: a full disk fails as a lost connection does.</summary>
internal sealed class SentContent(Stream sender) : ForwardOnlyStream
{
    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await sender.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (BodyFailure.Is(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw BodyFailure.ToJs(exception);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await sender.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) sender.Dispose();
        base.Dispose(disposing);
    }
}

namespace Skep.Abstractions.Streams;

/// <summary>A stream that says itself what it fails with, so that whoever copies it can tell the sender's failures from those of the
/// place it copies to: a client that goes away fails as a full disk does.</summary>
/// <param name="source">Where the bytes come from; it is disposed of with this one.</param>
/// <param name="describe">What to fail with instead; null for a failure that is to stay as it is.</param>
public sealed class DescribedStream(Stream source, Func<Exception, Exception?> describe) : ForwardOnlyStream
{
    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            if (describe(failure) is { } described) throw described;
            throw;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) source.Dispose();
        base.Dispose(disposing);
    }
}

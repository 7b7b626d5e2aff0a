using Skep.Abstractions.Streams;

namespace Skep.Runtime.Rpc;

/// <summary>A stream that was given away: whoever gave it learns when it has been read, or is not wanted.</summary>
internal sealed class PassedStream(Stream inner, Action ended, Action cancel) : ForwardOnlyStream
{
    private int over;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read;
        try
        {
            read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception)
        {
            End();
            throw;
        }

        if (read == 0 && buffer.Length > 0) End();
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) End();
        base.Dispose(disposing);
    }

    private void End()
    {
        if (Interlocked.Exchange(ref over, 1) != 0) return;
        cancel();
        ended();
    }
}

using System.IO.Pipelines;

namespace Skep.Edge.Transport;

/// <summary>Passes a body from an origin's socket to a client's without its bytes coming into this process: copying them twice is most of what
/// a proxy does with a large body.</summary>
internal static class SplicedRelay
{
    /// <summary>Shorter bodies are copied sooner than the pipe is looked after.</summary>
    public const int WorthIt = 128 << 10;

    private const int ReadSize = 64 << 10;

    /// <summary>Passes all of it on. Ends early when the client is gone.</summary>
    /// <param name="source">Where the bytes come from.</param>
    /// <param name="body">The same, to be read where the kernel cannot help.</param>
    /// <param name="target">What counts the bytes of the response. It leads to <paramref name="direct"/>.</param>
    /// <param name="direct">The client's socket.</param>
    /// <param name="clientGone">Ends it.</param>
    public static async Task RunAsync(ISpliceSource source, Stream body, PipeWriter target, SocketWriter direct, CancellationToken clientGone)
    {
        while (true)
        {
            SplicePipe? pipe = source.HasBuffered ? null : SplicePipe.TryRent();
            int count = pipe is null
                ? await body.ReadAsync(target.GetMemory(ReadSize), clientGone)
                : await FillAsync(pipe, source, clientGone);
            if (count == 0)
                return;
            if (pipe is null)
                target.Advance(count);
            else
                direct.Splice(pipe, target);
            FlushResult flushed = await target.FlushAsync(clientGone);
            if (flushed.IsCompleted || flushed.IsCanceled)
                return;
        }
    }

    private static async ValueTask<int> FillAsync(SplicePipe pipe, ISpliceSource source, CancellationToken clientGone)
    {
        int count = 0;
        try
        {
            return count = await source.SpliceAsync(pipe, clientGone);
        }
        finally
        {
            if (count == 0)
                pipe.Dispose();
        }
    }
}

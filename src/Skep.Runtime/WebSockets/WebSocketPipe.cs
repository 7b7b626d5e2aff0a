using System.Buffers;

namespace Skep.Runtime.WebSockets;

/// <summary>Joins two connections whose bytes mean the same on both: a client's and an origin's, of which the worker wants to see nothing.</summary>
internal static class WebSocketPipe
{
    private const int BufferSize = 16 << 10;

    /// <summary>Copies both ways until either side has ended, and closes the origin's. The client's is closed, after what was
    /// written to it, by whoever answered the request; what still waits for it to speak ends with that.</summary>
    public static async Task RunAsync(Stream client, Stream origin)
    {
        await Task.WhenAny(CopyAsync(client, origin), CopyAsync(origin, client)).ConfigureAwait(false);
        await origin.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task CopyAsync(Stream from, Stream to)
    {
        try
        {
            for (;;)
            {
                // Waits without a buffer.
                await from.ReadAsync(Memory<byte>.Empty).ConfigureAwait(false);
                var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
                try
                {
                    var read = await from.ReadAsync(buffer).ConfigureAwait(false);
                    if (read == 0) return;
                    await to.WriteAsync(buffer.AsMemory(0, read)).ConfigureAwait(false);
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // One side is gone: the other is closed.
        }
    }
}

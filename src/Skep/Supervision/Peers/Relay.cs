using System.Buffers;

namespace Skep.Supervision.Peers;

/// <summary>Joins two connections: what comes of one goes to the other, as fast as that takes it.</summary>
internal static class Relay
{
    private const int Piece = 16 << 10;

    /// <summary>Ends when either has ended; both are ended then.</summary>
    public static async Task RunAsync(Stream one, Stream other)
    {
        var there = CopyAsync(one, other);
        var back = CopyAsync(other, one);
        await Task.WhenAny(there, back);
        // The end of one direction of a WebSocket's connection is the end of it.
        await one.DisposeAsync();
        await other.DisposeAsync();
        await Task.WhenAll(there, back);
    }

    private static async Task CopyAsync(Stream from, Stream to)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            for (;;)
            {
                var count = await from.ReadAsync(buffer);
                if (count == 0) return;
                await to.WriteAsync(buffer.AsMemory(0, count));
            }
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException or InvalidOperationException)
        {
            // Cut: as an end.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

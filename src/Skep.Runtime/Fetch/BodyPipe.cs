using System.Buffers;
using System.IO.Pipelines;

namespace Skep.Runtime.Fetch;

/// <summary>Moves a body to the client without it entering JavaScript.</summary>
internal static class BodyPipe
{
    // One read of an origin's body; a socket read goes straight into it.
    private const int ReadSize = 64 << 10;

    /// <summary>The bytes as they are.</summary>
    public static async Task CopyAsync(Stream source, PipeWriter target, CancellationToken clientGone)
    {
        for (;;)
        {
            var read = await source.ReadAsync(target.GetMemory(ReadSize), clientGone).ConfigureAwait(false);
            if (read == 0) return;
            target.Advance(read);
            var flushed = await target.FlushAsync(clientGone).ConfigureAwait(false);
            if (flushed.IsCompleted) return;
        }
    }

    /// <summary>The bytes, coded. What has been read goes out before more is waited for.</summary>
    public static async Task EncodeAsync(Stream source, PipeWriter target, string coding, CancellationToken clientGone)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        var destination = target.AsStream(leaveOpen: true);
        await using var open = destination.ConfigureAwait(false);
        var encoder = ContentCoding.Encoder(destination, coding);
        await using var encoding = encoder.ConfigureAwait(false);
        for (;;)
        {
            var reading = source.ReadAsync(buffer.AsMemory(0, ReadSize), clientGone);
            if (!reading.IsCompleted) await encoder.FlushAsync(clientGone).ConfigureAwait(false);
            var read = await reading.ConfigureAwait(false);
            if (read == 0) break;
            await encoder.WriteAsync(buffer.AsMemory(0, read), clientGone).ConfigureAwait(false);
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }
}

using System.Buffers;
using System.Net;
using Skep.Abstractions.Channels;

namespace Skep.Edge.Outbound;

/// <summary>The body of a request: bytes that can be sent again, or a stream that is sent as it is produced.</summary>
internal sealed class RequestContent(Subrequest request) : HttpContent
{
    private const int BufferSize = 16 << 10;

    /// <summary>True when there is something to send, or headers that describe it.</summary>
    public static bool IsNeeded(Subrequest request) => request.HasBody || request.BodyStream is not null || !request.BodyBytes.IsEmpty;

    /// <summary>The length of the body when it is known before it is sent.</summary>
    public long? KnownLength => request.BodyStream is null ? request.BodyBytes.Length : request.BodyLength;

    /// <summary>Writes the body, piece by piece as it is produced.</summary>
    public async Task WriteToAsync(RequestBodyWriter writer, CancellationToken cancellation)
    {
        if (request.BodyStream is not { } source)
        {
            await writer.WriteAsync(request.BodyBytes, cancellation);
            return;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (await source.ReadAsync(buffer, cancellation) is > 0 and var count)
                await writer.WriteAsync(buffer.AsMemory(0, count), cancellation);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Lets go of the body, so that whoever still produces it hears that nobody reads.</summary>
    public ValueTask ReleaseAsync() => request.BodyStream?.DisposeAsync() ?? ValueTask.CompletedTask;

    protected override bool TryComputeLength(out long length)
    {
        length = KnownLength ?? -1;
        return length >= 0;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        request.BodyStream is null
            ? stream.WriteAsync(request.BodyBytes, cancellationToken).AsTask()
            : PumpAsync(request.BodyStream, stream, cancellationToken);

    // Sends what is there before waiting for more, but does not flush between pieces that are there already.
    private static async Task PumpAsync(Stream source, Stream destination, CancellationToken cancellation)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (true)
            {
                ValueTask<int> read = source.ReadAsync(buffer, cancellation);
                if (!read.IsCompleted)
                    await destination.FlushAsync(cancellation);
                int count = await read;
                if (count == 0)
                    return;
                await destination.WriteAsync(buffer.AsMemory(0, count), cancellation);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

using System.Buffers;
using System.Globalization;

namespace Skep.Edge.Outbound;

/// <summary>Frames a request's body for HTTP/1.1: as it is when its length was announced, in chunks when not.</summary>
internal sealed class RequestBodyWriter(Stream connection, long? length)
{
    private const int MaxSizeLine = 10;

    private static readonly byte[] _lastChunk = "0\r\n\r\n"u8.ToArray();

    private long _left = length ?? 0;

    private static ReadOnlySpan<byte> LineEnd => "\r\n"u8;

    /// <summary>True when it was the connection that failed, not whoever makes the body.</summary>
    public bool ConnectionFailed { get; private set; }

    /// <summary>Writes a piece of the body.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        if (bytes.IsEmpty)
            return;
        if (length is not null)
        {
            if ((_left -= bytes.Length) < 0)
                throw new InvalidDataException("The request body is longer than its Content-Length.");
            await SendAsync(bytes, cancellation);
            return;
        }

        // https://www.rfc-editor.org/rfc/rfc9112#section-7.1; one write, for each is a packet.
        byte[] chunk = ArrayPool<byte>.Shared.Rent(MaxSizeLine + bytes.Length + LineEnd.Length);
        try
        {
            bytes.Length.TryFormat(chunk, out int size, "x", CultureInfo.InvariantCulture);
            LineEnd.CopyTo(chunk.AsSpan(size));
            size += LineEnd.Length;
            bytes.CopyTo(chunk.AsMemory(size));
            size += bytes.Length;
            LineEnd.CopyTo(chunk.AsSpan(size));
            await SendAsync(chunk.AsMemory(0, size + LineEnd.Length), cancellation);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    /// <summary>Ends the body.</summary>
    public async ValueTask CompleteAsync(CancellationToken cancellation)
    {
        if (length is null)
            await SendAsync(_lastChunk, cancellation);
        else if (_left > 0)
            throw new InvalidDataException("The request body ended before its Content-Length.");
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            await connection.WriteAsync(bytes, cancellation);
        }
        catch
        {
            ConnectionFailed = true;
            throw;
        }
    }
}

using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace Skep.Edge.Outbound;

/// <summary>The body of an HTTP/1.1 response: so many bytes, chunks, or all until the connection closes.</summary>
/// <param name="length">The number of bytes, <see cref="InChunks"/>, or null for all there is.</param>
internal sealed class ResponseBodyStream(PipeReader reader, long? length, DuplexExchange exchange) : Stream
{
    /// <summary>The length of a body that comes in chunks.</summary>
    public const long InChunks = -1;

    private const int MaxLineLength = 16 << 10;

    // Of the body, or of the chunk that is being read.
    private long _left = length is { } known and not InChunks ? known : 0;
    private bool _ended = length == 0;
    private bool _insideChunks;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_ended || buffer.IsEmpty)
            return 0;
        try
        {
            if (length == InChunks && _left == 0 && !await NextChunkAsync(cancellationToken))
                return 0;
            ReadResult result = await reader.ReadAsync(cancellationToken);
            long available = length is null ? result.Buffer.Length : Math.Min(result.Buffer.Length, _left);
            int count = (int)Math.Min(available, buffer.Length);
            if (count == 0)
            {
                reader.AdvanceTo(result.Buffer.End);
                return length is null ? End() : throw Truncated();
            }

            SequencePosition end = result.Buffer.GetPosition(count);
            result.Buffer.Slice(0, end).CopyTo(buffer.Span);
            reader.AdvanceTo(end);
            if (length is not null && (_left -= count) == 0 && length != InChunks)
                End();
            return count;
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            exchange.ThrowIfSourceFailed();
            throw;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read it asynchronously.");

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            exchange.Abort();
        base.Dispose(disposing);
    }

    // https://www.rfc-editor.org/rfc/rfc9112#section-7.1
    private async ValueTask<bool> NextChunkAsync(CancellationToken cancellation)
    {
        if (_insideChunks && (await ReadLineAsync(cancellation)).Length > 0)
            throw Invalid("a chunk is longer than it says");
        _insideChunks = true;
        string size = (await ReadLineAsync(cancellation)).Split(';', 2)[0].Trim();
        if (size.Length is 0 or > 15 || !long.TryParse(size, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _left))
            throw Invalid($"\"{size}\" is no chunk size");
        if (_left > 0)
            return true;

        // The trailers, which Workers do not see.
        while ((await ReadLineAsync(cancellation)).Length > 0)
        {
        }

        End();
        return false;
    }

    private async ValueTask<string> ReadLineAsync(CancellationToken cancellation)
    {
        while (true)
        {
            ReadResult result = await reader.ReadAsync(cancellation);
            if (result.Buffer.PositionOf((byte)'\n') is { } end)
            {
                string line = Encoding.Latin1.GetString(result.Buffer.Slice(0, end));
                reader.AdvanceTo(result.Buffer.GetPosition(1, end));
                return line.TrimEnd('\r');
            }

            if (result.Buffer.Length > MaxLineLength)
                throw Invalid("a line between chunks does not end");
            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (result.IsCompleted)
                throw Truncated();
        }
    }

    private int End()
    {
        _ended = true;
        return 0;
    }

    private static HttpIOException Truncated() => new(HttpRequestError.ResponseEnded, "The connection was closed.");

    private static HttpIOException Invalid(string what) => new(HttpRequestError.InvalidResponse, what);
}

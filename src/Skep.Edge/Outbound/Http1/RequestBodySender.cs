using System.Buffers;
using System.Globalization;

namespace Skep.Edge.Outbound.Http1;

/// <summary>Sends a request's body behind its head: as it is when its length was announced, in chunks when not
/// (https://www.rfc-editor.org/rfc/rfc9112#section-7.1), while the response may already be arriving.</summary>
internal sealed class RequestBodySender(Http1Connection connection, Http1Request request)
{
    private const int BufferSize = 64 << 10;

    // A chunk is read where its size fits before it and its end behind it, so that it goes out in one piece.
    private const int SizeLine = 8;
    private const int LineEnd = 2;

    private static readonly byte[] _lastChunk = "0\r\n\r\n"u8.ToArray();

    private readonly CancellationTokenSource _stopping = new();
    private bool _connectionFailed;
    private Exception? _sourceFailure;
    private volatile bool _isEnding;

    /// <summary>What broke the source of the body.</summary>
    public Exception? SourceFailure => Volatile.Read(ref _sourceFailure);

    /// <summary>The last bytes have been given to the connection.</summary>
    public bool IsEnding => _isEnding;

    /// <summary>Nobody asks any more.</summary>
    public void Stop() => _stopping.Cancel();

    /// <summary>Never fails: a source that breaks ends the exchange, so that the origin does not take the part for the whole; an
    /// origin that stops reading may still be answering, and what it says (413, say) is read.</summary>
    public async Task SendAsync(Http1Exchange exchange)
    {
        // Not on the thread of whoever asks: a source that has much to give would keep it.
        await Task.Yield();
        try
        {
            if (request.Stream is { } source)
                await PumpAsync(source, request.BodyLength);
            else
                await WriteAsync(request.Bytes, isLast: true);
            exchange.Sent();
        }
        catch (Exception) when (_connectionFailed || _stopping.IsCancellationRequested)
        {
            // The response tells, or nobody asks any more.
        }
        catch (Exception failure)
        {
            Volatile.Write(ref _sourceFailure, failure);
            exchange.Close();
        }
        finally
        {
            // Whoever still makes the body hears that nobody reads it.
            if (request.Stream is { } used)
                await used.DisposeAsync();
        }
    }

    private async Task PumpAsync(Stream source, long? length)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(SizeLine + BufferSize + LineEnd);
        long left = length ?? 0;
        while (length is null || left > 0)
        {
            int count = await source.ReadAsync(buffer.AsMemory(SizeLine, BufferSize), _stopping.Token);
            if (length is null)
            {
                if (count == 0)
                    break;
                await WriteAsync(Frame(buffer, count), isLast: false);
                continue;
            }

            if (count == 0)
                throw new InvalidDataException("The request body ended before its Content-Length.");
            if ((left -= count) < 0)
                throw new InvalidDataException("The request body is longer than its Content-Length.");
            await WriteAsync(buffer.AsMemory(SizeLine, count), isLast: left == 0);
        }

        if (length is null)
            await WriteAsync(_lastChunk, isLast: true);
        else
            await ExpectEndAsync(source, buffer);

        // Only here: after a failure somebody may still be writing to it.
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private async ValueTask ExpectEndAsync(Stream source, byte[] buffer)
    {
        if (await source.ReadAsync(buffer.AsMemory(0, 1), _stopping.Token) > 0)
            throw new InvalidDataException("The request body is longer than its Content-Length.");
    }

    private static ReadOnlyMemory<byte> Frame(byte[] buffer, int count)
    {
        Span<byte> digits = stackalloc byte[SizeLine - LineEnd];
        count.TryFormat(digits, out int written, "x", CultureInfo.InvariantCulture);
        int start = SizeLine - LineEnd - written;
        digits[..written].CopyTo(buffer.AsSpan(start));
        "\r\n"u8.CopyTo(buffer.AsSpan(SizeLine - LineEnd));
        "\r\n"u8.CopyTo(buffer.AsSpan(SizeLine + count));
        return buffer.AsMemory(start, SizeLine - start + count + LineEnd);
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, bool isLast)
    {
        if (isLast)
            _isEnding = true;
        try
        {
            await connection.WriteAsync(bytes, _stopping.Token);
        }
        catch
        {
            _connectionFailed = true;
            throw;
        }
    }
}

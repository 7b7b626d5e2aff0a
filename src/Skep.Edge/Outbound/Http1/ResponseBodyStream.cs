using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Runtime.CompilerServices;
using Skep.Abstractions.Channels;
using Skep.Abstractions.Streams;
using Skep.Edge.Outbound.Connections;
using Skep.Edge.Transport;

namespace Skep.Edge.Outbound.Http1;

/// <summary>The body of a response (https://www.rfc-editor.org/rfc/rfc9112#section-6): so many bytes, chunks, or all until the
/// connection closes. At its end the connection is free for others; disposed of earlier, it is closed. Failures are told as
/// the worker's author should read them.</summary>
internal sealed class ResponseBodyStream : ForwardOnlyStream, ISpliceSource
{
    private const int LongestLine = 16 << 10;
    private const int MostSizeDigits = 15;

    // Smaller rests of a chunk are received together with what follows them.
    private const int WorthReadingAlone = 8 << 10;

    private readonly Http1Connection _connection;
    private readonly Http1Exchange _exchange;
    private readonly bool _inChunks;
    private readonly bool _untilClose;

    // Of the body, or of the chunk that is being read.
    private long _left;
    private int _trailers;
    private ChunkPart _expected = ChunkPart.Size;
    private bool _ended;

    public ResponseBodyStream(Http1Connection connection, Http1Exchange exchange, ResponseHead head)
    {
        (_connection, _exchange) = (connection, exchange);
        _inChunks = head.IsChunked;
        _untilClose = !_inChunks && head.ContentLength is null;
        _left = head.ContentLength ?? 0;
        if (!_inChunks && !_untilClose && _left == 0)
            End();
    }

    private enum ChunkPart
    {
        Size,
        Data,
        LineEnd,
        Trailers,
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_ended || buffer.IsEmpty)
            return ValueTask.FromResult(0);
        if (_connection.Buffered.IsEmpty)
            return ReceiveAsync(buffer, cancellationToken);
        try
        {
            int count = TakeBuffered(buffer.Span);
            return count > 0 || _ended ? ValueTask.FromResult(count) : ReceiveAsync(buffer, cancellationToken);
        }
        catch (HttpRequestException invalid)
        {
            return ValueTask.FromException<int>(Failure(invalid));
        }
    }

    public bool CanSplice => !_inChunks && !_untilClose && _connection.IsPlain;

    public bool HasBuffered => !_connection.Buffered.IsEmpty;

    public ValueTask<int> SpliceAsync(SplicePipe pipe, CancellationToken cancellation) =>
        _ended ? ValueTask.FromResult(0) : TellingAsync(ReceiveIntoAsync(pipe, cancellation), cancellation);

    /// <summary>Nobody wants it: passes over what has arrived, so that a short body does not cost its connection.</summary>
    public void Discard()
    {
        try
        {
            Span<byte> nowhere = stackalloc byte[512];
            while (!_ended && TakeBuffered(nowhere) > 0)
            {
            }
        }
        catch (HttpRequestException)
        {
            // Invalid, and unwanted: closed below.
        }

        _exchange.Close();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _exchange.Close();
        base.Dispose(disposing);
    }

    private ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellation) => TellingAsync(ReceiveSomeAsync(buffer, cancellation), cancellation);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReceiveSomeAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        while (true)
        {
            if (_connection.Buffered.IsEmpty && (!_inChunks || (_expected == ChunkPart.Data && _left >= WorthReadingAlone)))
                return await ReceiveDirectlyAsync(buffer, cancellation);
            await _connection.FillAsync(cancellation);
            int count = TakeBuffered(buffer.Span);
            if (count > 0 || _ended)
                return count;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> TellingAsync(ValueTask<int> receiving, CancellationToken cancellation)
    {
        try
        {
            return await receiving;
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            throw Failure(error);
        }
        catch
        {
            _exchange.Close();
            throw;
        }
    }

    private async ValueTask<int> ReceiveDirectlyAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        int most = _untilClose ? buffer.Length : (int)Math.Min(_left, buffer.Length);
        return Received(await _connection.ReadAsync(buffer[..most], cancellation));
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReceiveIntoAsync(SplicePipe pipe, CancellationToken cancellation) =>
        Received(await _connection.SpliceAsync(pipe, (int)Math.Min(_left, SplicePipe.Capacity), cancellation));

    private int Received(int count)
    {
        if (count > 0)
            Took(count);
        else if (_untilClose)
            End();
        else
            throw new HttpIOException(HttpRequestError.ResponseEnded, "The connection was closed.");
        return count;
    }

    // 0 when what is buffered does not reach to the next byte of the body, or the body has ended.
    private int TakeBuffered(Span<byte> destination)
    {
        if (!_inChunks)
        {
            int count = _connection.Take(_untilClose || destination.Length <= _left ? destination : destination[..(int)_left]);
            Took(count);
            return count;
        }

        int taken = 0;
        while (!_ended)
        {
            if (_expected == ChunkPart.Data)
            {
                int count = _connection.Take(destination.Length <= _left ? destination : destination[..(int)_left]);
                destination = destination[count..];
                taken += count;
                Took(count);
                if (count == 0 || _left > 0)
                    break;
            }
            else if (!TryPassLine())
            {
                break;
            }
        }

        return taken;
    }

    private void Took(int count)
    {
        if (_untilClose || (_left -= count) > 0)
            return;
        if (_inChunks)
            _expected = ChunkPart.LineEnd;
        else
            End();
    }

    // https://www.rfc-editor.org/rfc/rfc9112#section-7.1
    private bool TryPassLine()
    {
        ReadOnlySpan<byte> buffered = _connection.Buffered;
        int length = buffered.IndexOf((byte)'\n');
        if (length < 0)
            return buffered.Length <= LongestLine ? false : throw ResponseHeadParser.Invalid("a line between chunks does not end");
        if (length == 0 || buffered[length - 1] != '\r')
            throw ResponseHeadParser.Invalid("a line between chunks does not end in CR LF");
        ReadOnlySpan<byte> line = buffered[..(length - 1)];
        switch (_expected)
        {
            case ChunkPart.Size:
                _left = ParseSize(line);
                _expected = _left > 0 ? ChunkPart.Data : ChunkPart.Trailers;
                break;
            case ChunkPart.LineEnd:
                if (line.Length > 0)
                    throw ResponseHeadParser.Invalid("a chunk is longer than it says");
                _expected = ChunkPart.Size;
                break;
            default:
                // Workers do not see them.
                if ((_trailers += length) > LongestLine)
                    throw ResponseHeadParser.Invalid("its trailers do not end");
                break;
        }

        bool isLast = _expected == ChunkPart.Trailers && line.IsEmpty;
        _connection.Skip(length + 1);
        if (isLast)
            End();
        return true;
    }

    private static long ParseSize(ReadOnlySpan<byte> line)
    {
        int extension = line.IndexOf((byte)';');
        ReadOnlySpan<byte> size = (extension < 0 ? line : line[..extension]).TrimEnd(" \t"u8);
        if (size.IsEmpty || size.Length > MostSizeDigits || !HttpTokens.IsValue(line)
            || !Utf8Parser.TryParse(size, out long value, out int digits, 'x') || digits != size.Length || value < 0)
            throw ResponseHeadParser.Invalid($"\"{System.Text.Encoding.Latin1.GetString(size[..Math.Min(size.Length, 40)])}\" is no chunk size");
        return value;
    }

    private void End()
    {
        Debug.Assert(!_ended, "The connection is given back once.");
        _ended = true;
        _exchange.Received();
    }

    private SubrequestException Failure(Exception error)
    {
        _exchange.Close();
        try
        {
            _exchange.ThrowIfSourceFailed();
        }
        catch (Exception cause)
        {
            return SubrequestErrors.Describe(cause, _exchange.Endpoint);
        }

        return SubrequestErrors.Describe(error, _exchange.Endpoint);
    }
}

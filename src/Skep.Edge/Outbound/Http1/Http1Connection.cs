using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Runtime.CompilerServices;
using Skep.Edge.Outbound.Connections;
using Skep.Edge.Transport;

namespace Skep.Edge.Outbound.Http1;

/// <summary>A connection that serves one request after the other, and what was received on it and not read yet. Idle, it holds
/// no buffer.</summary>
internal sealed class Http1Connection(OriginConnection connection, long openedAt)
{
    private const int FirstBuffer = 8 << 10;

    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private int _closed;

    /// <summary>When it was opened, a timestamp of the pool's clock.</summary>
    public long OpenedAt => openedAt;

    /// <summary>When it was last given back, a timestamp of the pool's clock.</summary>
    public long IdleSince { get; set; }

    /// <summary>It has served a request before, so that the origin may be closing it while the next one is under way.</summary>
    public bool IsReused { get; set; }

    /// <summary>Received and not read yet.</summary>
    public ReadOnlySpan<byte> Buffered => _buffer.AsSpan(_start, _end - _start);

    /// <summary>True while an idle connection can be used: an origin that has closed it, or says something unasked, has not.</summary>
    public bool IsQuiet => connection.Socket.IsQuiet;

    /// <summary>Whose thread goes on when the origin answers.</summary>
    public EventLoop Loop => connection.Socket.Loop;

    /// <summary>Sends bytes.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation) => connection.Stream.WriteAsync(bytes, cancellation);

    /// <summary>Receives more behind what is <see cref="Buffered"/>.</summary>
    /// <exception cref="HttpIOException">The origin closed the connection.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask FillAsync(CancellationToken cancellation)
    {
        MakeRoom();
        int count = await connection.Stream.ReadAsync(_buffer.AsMemory(_end), cancellation);
        if (count == 0)
            throw new HttpIOException(HttpRequestError.ResponseEnded, "The connection was closed.");
        _end += count;
    }

    /// <summary>Takes what is buffered; 0 when nothing is.</summary>
    public int Take(Span<byte> destination)
    {
        int count = Math.Min(_end - _start, destination.Length);
        _buffer.AsSpan(_start, count).CopyTo(destination);
        _start += count;
        return count;
    }

    /// <summary>Passes over what is buffered.</summary>
    public void Skip(int count)
    {
        Debug.Assert(count <= _end - _start, "Only what is buffered can be passed over.");
        _start += count;
    }

    /// <summary>Receives straight into the reader's memory, past the empty buffer; 0 when the origin closed the connection.</summary>
    public ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellation)
    {
        Debug.Assert(_start == _end, "What is buffered comes first.");
        return connection.Stream.ReadAsync(destination, cancellation);
    }

    /// <summary>Whether its bytes are those of its socket: not with TLS.</summary>
    public bool IsPlain => connection.Stream == connection.Socket;

    /// <summary>The same into a pipe, on a plain connection.</summary>
    public ValueTask<int> SpliceAsync(SplicePipe pipe, int most, CancellationToken cancellation)
    {
        Debug.Assert(_start == _end, "What is buffered comes first.");
        return connection.Socket.SpliceAsync(pipe, most, cancellation);
    }

    /// <summary>The exchange is over in good order and the next one may begin. Called by the reader, whose reads have all ended:
    /// only then is the buffer nobody's.</summary>
    public void ReleaseBuffer()
    {
        Debug.Assert(_start == _end, "A response that says too much ends the connection.");
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _start = _end = 0;
        IsReused = true;
    }

    /// <summary>The bare connection, once it speaks another protocol.</summary>
    public Stream Detach() => new UpgradedStream(connection.Stream, Buffered.ToArray());

    /// <summary>Closes the connection; a read or write under way fails.</summary>
    public void Close()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
            connection.Stream.Dispose();
    }

    private void MakeRoom()
    {
        if (_buffer.Length == 0)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
            return;
        }

        if (_start == _end)
            _start = _end = 0;
        if (_end < _buffer.Length)
            return;
        byte[] target = _start > 0 ? _buffer : ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        Buffered.CopyTo(target);
        if (target != _buffer)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = target;
        (_start, _end) = (0, _end - _start);
    }
}

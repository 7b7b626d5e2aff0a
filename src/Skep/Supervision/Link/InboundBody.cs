namespace Skep.Supervision.Link;

/// <summary>The body of a request or response as its reader sees it. What was read is granted anew to the sender, so that no more
/// than a window of it is ever in memory.</summary>
/// <param name="grant">Tells the sender that so many bytes were read.</param>
/// <param name="abandon">Tells the sender that nobody reads any more.</param>
internal sealed class InboundBody(Action<int> grant, Action abandon) : Stream
{
    /// <summary>Bytes that may be on their way without having been read.</summary>
    public const int Window = 512 << 10;

    private readonly Queue<byte[]> _chunks = [];
    private readonly Lock _gate = new();
    private TaskCompletionSource? _arrival;
    private byte[] _current = [];
    private int _read;
    private int _ungranted;
    private bool _ended;
    private Exception? _failure;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Some of it came; an empty piece is its end.</summary>
    public void Add(ReadOnlySpan<byte> piece)
    {
        lock (_gate)
        {
            if (piece.IsEmpty) _ended = true;
            else _chunks.Enqueue(piece.ToArray());
            _arrival?.TrySetResult();
        }
    }

    /// <summary>There will be no more of it.</summary>
    public void Fail(Exception failure)
    {
        lock (_gate)
        {
            if (_ended) return;
            _failure ??= failure;
            _arrival?.TrySetResult();
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return 0;
        while (_read == _current.Length)
        {
            Task arrival;
            lock (_gate)
            {
                if (_chunks.TryDequeue(out var next))
                {
                    (_current, _read) = (next, 0);
                    break;
                }

                if (_ended) return 0;
                if (_failure is not null) throw _failure;
                arrival = (_arrival = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await arrival.WaitAsync(cancellationToken);
        }

        var count = Math.Min(buffer.Length, _current.Length - _read);
        _current.AsSpan(_read, count).CopyTo(buffer.Span);
        _read += count;
        _ungranted += count;
        if (_ungranted >= Window / 2 && !_ended)
        {
            grant(_ungranted);
            _ungranted = 0;
        }

        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        bool whole;
        lock (_gate)
        {
            whole = _ended || _failure is not null;
            _failure ??= new ObjectDisposedException(nameof(InboundBody));
            _chunks.Clear();
        }

        if (disposing && !whole) abandon();
        base.Dispose(disposing);
    }
}

using Skep.Abstractions.Streams;

namespace Skep.Supervision.Link;

/// <summary>The body of a request or response as its reader sees it. What was read is granted anew to the sender, so that no more
/// than a window of it is ever in memory.</summary>
/// <param name="grant">Tells the sender that so many bytes were read.</param>
/// <param name="abandon">Tells the sender that nobody reads any more.</param>
internal sealed class InboundBody(Action<int> grant, Action abandon) : ForwardOnlyStream
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

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    protected override void Dispose(bool disposing)
    {
        bool whole;
        lock (_gate)
        {
            whole = _ended || _failure is not null;
            _failure ??= new ObjectDisposedException(nameof(InboundBody));
            _chunks.Clear();
            // Whoever reads at this moment.
            _arrival?.TrySetResult();
        }

        if (disposing && !whole) abandon();
        base.Dispose(disposing);
    }
}

using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;
using Microsoft.AspNetCore.Connections;

namespace Skep.Edge.Transport;

/// <summary>What a client is sent. A flush sends at once, on the thread that flushes; it ends when the kernel has taken every byte,
/// so a slow client holds its writer up and no more is buffered here than one flush.</summary>
/// <remarks>As with any <see cref="PipeWriter"/>, nothing is written while a flush is under way. State is guarded by the
/// connection's gate, but for the chain that the writer fills.</remarks>
internal sealed class SocketWriter(SocketConnection connection) : PipeWriter, IValueTaskSource<FlushResult>, IThreadPoolWorkItem
{
    private ManualResetValueTaskSourceCore<FlushResult> _source;
    private CancellationTokenRegistration _registration;
    private CancellationToken _cancellation;
    private Segment? _head;
    private Segment? _tail;

    // Comes behind the chain.
    private SplicePipe? _spliced;
    private SplicePipe? _toBeSpliced;
    private long _unflushed;
    private bool _waiting;
    private bool _canceled;
    private bool _completed;
    private TaskCompletionSource? _allSent;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _unflushed;

    public override Memory<byte> GetMemory(int sizeHint = 0) => WithRoom(sizeHint).Free;

    public override Span<byte> GetSpan(int sizeHint = 0) => WithRoom(sizeHint).FreeSpan;

    public override void Advance(int bytes)
    {
        if (bytes == 0)
            return;
        if (_toBeSpliced is not null)
        {
            (_spliced, _toBeSpliced) = (_toBeSpliced, null);
            _unflushed += bytes;
            return;
        }

        if (_tail is null)
            throw new InvalidOperationException("There is no memory to advance in: GetMemory was not called.");
        _tail.Fill(bytes);
        _unflushed += bytes;
    }

    /// <summary>Has what is in a pipe sent with the next flush, behind what was written. Nothing else is written before that.</summary>
    /// <param name="pipe">Is given back when it is empty, or of no use any more.</param>
    /// <param name="counting">The writer that counts what is written here.</param>
    public void Splice(SplicePipe pipe, PipeWriter counting)
    {
        _toBeSpliced = pipe;
        try
        {
            // It counts bytes by those that it is told were put into its memory.
            counting.GetMemory(1);
            counting.Advance(pipe.Count);
        }
        finally
        {
            // Too many, or the connection is gone.
            _toBeSpliced?.Dispose();
            _toBeSpliced = null;
        }
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<FlushResult>(cancellationToken);
        lock (connection.Gate)
        {
            _unflushed = 0;
            if (IsSettled())
                return new ValueTask<FlushResult>(TakeResult());
            _source.Reset();
            Volatile.Write(ref _waiting, true);

            // The loop looks at the flag without the gate: it may have been told of room before the flag was set.
            Interlocked.MemoryBarrier();
            // When this very send finds the connection broken, closing it has ended the wait already, on the pool.
            if (IsSettled() && _waiting)
            {
                _waiting = false;
                return new ValueTask<FlushResult>(TakeResult());
            }

            _cancellation = cancellationToken;
            var pending = new ValueTask<FlushResult>(this, _source.Version);
            if (cancellationToken.CanBeCanceled)
                _registration = cancellationToken.UnsafeRegister(static writer => ((SocketWriter)writer!).OnCanceled(), this);
            return pending;
        }
    }

    public override void CancelPendingFlush()
    {
        lock (connection.Gate)
        {
            _canceled = true;
            SettleOnPool();
        }
    }

    public override void Complete(Exception? exception = null)
    {
        lock (connection.Gate)
        {
            if (_completed)
                return;
            Volatile.Write(ref _completed, true);
            Interlocked.MemoryBarrier();
            if (exception is not null)
                connection.Close(exception);
            if (IsSettled())
                DropAll();
        }
    }

    /// <summary>Ends when what was written before <see cref="Complete"/> is sent, or never will be.</summary>
    public Task WhenAllSentAsync()
    {
        lock (connection.Gate)
        {
            if ((_head is null && _spliced is null) || connection.IsClosed)
                return Task.CompletedTask;
            return (_allSent ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>The descriptor changed; true when that ends a wait, which <see cref="Settle"/> must then do.</summary>
    public bool TrySend()
    {
        if (!Volatile.Read(ref _waiting) && !Volatile.Read(ref _completed))
            return false;
        lock (connection.Gate)
        {
            if (!_waiting && !_completed)
                return false;
            bool settled = IsSettled();
            if (settled && _completed)
                _allSent?.TrySetResult();
            if (!settled || !_waiting)
                return false;
            _waiting = false;
            return true;
        }
    }

    /// <summary>Ends the wait. The caller has just set <see cref="_waiting"/> to false, so nobody else does.</summary>
    public void Settle()
    {
        FlushResult result = default;
        Exception? failure = null;
        lock (connection.Gate)
        {
            _registration.Unregister();
            _registration = default;
            if (_cancellation.IsCancellationRequested)
                failure = new OperationCanceledException(_cancellation);
            else
                result = TakeResult();
            _cancellation = default;
        }

        if (failure is null)
            _source.SetResult(result);
        else
            _source.SetException(failure);
    }

    /// <summary>The connection is closed: nothing can be sent any more. Called under the gate.</summary>
    public void OnClosed()
    {
        _allSent?.TrySetResult();
        SettleOnPool();
    }

    FlushResult IValueTaskSource<FlushResult>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<FlushResult>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<FlushResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    void IThreadPoolWorkItem.Execute() => Settle();

    /// <summary>True when a flush need not wait (any longer); sends when that could help.</summary>
    private bool IsSettled() => _canceled || connection.IsClosed || Send();

    private FlushResult TakeResult()
    {
        var result = new FlushResult(_canceled, connection.IsClosed);
        _canceled = false;
        if (connection.IsClosed)
            DropAll();
        return result;
    }

    private void SettleOnPool()
    {
        if (!_waiting)
            return;
        _waiting = false;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private void OnCanceled()
    {
        lock (connection.Gate)
        {
            if (_cancellation.IsCancellationRequested)
                SettleOnPool();
        }
    }

    /// <summary>Sends what there is; false when the kernel takes no more now.</summary>
    private bool Send()
    {
        while (_head is { } segment)
        {
            int error;
            int sent = segment == _tail
                ? LibC.SendUntilFull(connection.Descriptor, segment.Unsent, _spliced is null ? LibC.NoSignal : LibC.NoSignal | LibC.More, out error)
                : SegmentChain.Send(connection.Descriptor, segment, out error);
            connection.CountWork(sent);
            DropSent(sent);
            if (error != 0)
                return HasFailed(error);
        }

        if (_spliced is { } pipe)
        {
            connection.CountWork(pipe.Empty(connection.Descriptor, out int error));
            if (error != 0)
                return HasFailed(error);
            DropSpliced();
        }

        return true;
    }

    /// <summary>False when the kernel will take more later; else the connection is closed.</summary>
    private bool HasFailed(int error)
    {
        if (error == LibC.Again)
            return false;
        connection.Close(new ConnectionResetException($"The client reset the connection (errno {error})."));
        return true;
    }

    private void DropSent(int bytes)
    {
        while (_head is { } segment)
        {
            int ofThis = Math.Min(bytes, segment.Unsent.Length);
            segment.Start += ofThis;
            bytes -= ofThis;
            if (!segment.Unsent.IsEmpty)
                return;
            DropHead();
        }
    }

    private Segment WithRoom(int sizeHint)
    {
        if (_tail is null)
            return _head = _tail = Segment.Rent(sizeHint);
        if (_tail.Room < Math.Max(sizeHint, 1))
            _tail = _tail.Append(Segment.Rent(sizeHint));
        return _tail;
    }

    private void DropHead()
    {
        Segment dropped = _head!;
        _head = dropped.Following;
        if (_head is null)
            _tail = null;
        dropped.Return();
    }

    private void DropAll()
    {
        while (_head is not null)
            DropHead();
        DropSpliced();
    }

    private void DropSpliced()
    {
        _spliced?.Dispose();
        _spliced = null;
    }
}

using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;
using Microsoft.AspNetCore.Connections;

namespace Skep.Edge.Transport;

/// <summary>What a client sends. Nothing is received before somebody reads, so there is no hand-over between the socket and the
/// parser, an idle connection holds no buffer, and backpressure is the kernel's.</summary>
/// <remarks>State is guarded by the connection's gate; continuations never run under it.</remarks>
internal sealed class SocketReader(SocketConnection connection) : PipeReader, IValueTaskSource<ReadResult>, IThreadPoolWorkItem
{
    // What is received for nobody once the client has finished, to learn that it has.
    private const int MostReadAhead = 1 << 20;
    private const int LeastRoom = 2 << 10;

    private ManualResetValueTaskSourceCore<ReadResult> _source;
    private CancellationTokenRegistration _registration;
    private CancellationToken _cancellation;
    private Segment? _head;
    private Segment? _tail;
    private int _start;
    private long _examined;
    private Exception? _failure;

    // There may be something in the socket; true until a receive did not fill its buffer.
    private bool _ready = true;
    private bool _peerFinished;
    private bool _atEnd;
    private bool _waiting;
    private bool _canceled;
    private bool _completed;

    private long Received => _tail is null ? 0 : _tail.RunningIndex + _tail.End;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<ReadResult>(cancellationToken);
        lock (connection.Gate)
        {
            if (IsSettled())
            {
                return _failure is not null && !_canceled
                    ? ValueTask.FromException<ReadResult>(_failure)
                    : new ValueTask<ReadResult>(TakeResult());
            }

            _waiting = true;
            _source.Reset();
            _cancellation = cancellationToken;
            var pending = new ValueTask<ReadResult>(this, _source.Version);
            if (cancellationToken.CanBeCanceled)
                _registration = cancellationToken.UnsafeRegister(static reader => ((SocketReader)reader!).OnCanceled(), this);
            return pending;
        }
    }

    public override bool TryRead(out ReadResult result)
    {
        lock (connection.Gate)
        {
            bool settled = IsSettled();
            if (settled && _failure is not null && !_canceled)
                throw _failure;
            result = settled ? TakeResult() : default;
            return settled;
        }
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        // A result without bytes has no segment.
        if (consumed.GetObject() is not Segment keep || examined.GetObject() is not Segment seen)
            return;
        lock (connection.Gate)
        {
            if (_completed)
                return;
            _examined = seen.RunningIndex + examined.GetInteger();
            _start = consumed.GetInteger();
            while (_head != keep)
                DropHead();
            if (_head == _tail && _start == _tail!.End)
            {
                DropHead();
                _examined = _start = 0;
            }
        }
    }

    public override void CancelPendingRead()
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
            _completed = true;
            while (_head is not null)
                DropHead();
        }
    }

    /// <summary>The descriptor changed; called by the loop's leader.</summary>
    public void OnChanges(uint changes)
    {
        ReadResult result;
        Exception? failure;
        lock (connection.Gate)
        {
            _ready = true;
            _peerFinished |= (changes & (EpollSet.PeerFinished | EpollSet.HungUp | EpollSet.Failed)) != 0;
            if (!_waiting)
            {
                ReadAhead();
                return;
            }

            if (!IsSettled())
                return;
            _waiting = false;
            failure = TakeOutcome(out result);
        }

        Settle(result, failure);
        if (!_peerFinished)
            return;

        // The worker may be waiting for something now, and nobody read far enough to see that its client has gone.
        lock (connection.Gate)
            ReadAhead();
    }

    /// <summary>The connection is closed: there will be nothing more. Called under the gate.</summary>
    public void OnClosed(Exception reason)
    {
        End(reason);
        SettleOnPool();
    }

    ReadResult IValueTaskSource<ReadResult>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<ReadResult>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<ReadResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    void IThreadPoolWorkItem.Execute()
    {
        ReadResult result;
        Exception? failure;
        lock (connection.Gate)
            failure = TakeOutcome(out result);
        Settle(result, failure);
    }

    /// <summary>True when a reader need not wait (any longer); receives when that could help.</summary>
    private bool IsSettled() => _canceled || _atEnd || Received > _examined || (_ready && Receive());

    private ReadResult TakeResult()
    {
        ReadOnlySequence<byte> bytes = _head is null ? default : new ReadOnlySequence<byte>(_head, _start, _tail!, _tail!.End);
        var result = new ReadResult(bytes, _canceled, _atEnd);
        _canceled = false;
        return result;
    }

    /// <summary>What the wait that was just ended has come to. Called under the gate.</summary>
    private Exception? TakeOutcome(out ReadResult result)
    {
        bool canceled = _cancellation.IsCancellationRequested;
        Exception? failure = canceled ? new OperationCanceledException(_cancellation) : _canceled ? null : _failure;
        _registration.Unregister();
        _registration = default;
        _cancellation = default;
        result = failure is null ? TakeResult() : default;
        return failure;
    }

    private void Settle(in ReadResult result, Exception? failure)
    {
        if (failure is null)
            _source.SetResult(result);
        else
            _source.SetException(failure);
    }

    // Whoever cancels or closes may hold locks, or an isolate.
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
            // It may be the token of an earlier read.
            if (_cancellation.IsCancellationRequested)
                SettleOnPool();
        }
    }

    private void ReadAhead()
    {
        while (_peerFinished && !_waiting && !_atEnd && !_completed && Received - _start < MostReadAhead && Receive())
        {
        }
    }

    /// <summary>Receives once; true when there are bytes, or an end.</summary>
    private unsafe bool Receive()
    {
        if (_tail is null)
            _head = _tail = Segment.Rent();
        else if (_tail.Room < LeastRoom)
            _tail = _tail.Append(Segment.Rent());
        nint count;
        int error = 0;
        do
        {
            fixed (byte* buffer = _tail.FreeSpan)
                count = LibC.recv(connection.Descriptor, buffer, _tail.Room, 0);
        }
        while (count < 0 && (error = Marshal.GetLastPInvokeError()) == LibC.Interrupted);

        if (count > 0)
        {
            _ready = count == _tail.Room || _peerFinished;
            _tail.Fill((int)count);
            connection.CountWork((int)count);
            return true;
        }

        if (_tail.End == 0 && _head == _tail)
            DropHead();
        _ready = false;
        if (count < 0 && error == LibC.Again)
            return false;
        End(count == 0 ? null : new ConnectionResetException($"The client reset the connection (errno {error})."));
        connection.FireClosed();
        return true;
    }

    private void End(Exception? failure)
    {
        if (_atEnd)
            return;
        _atEnd = true;
        _failure = failure;
    }

    private void DropHead()
    {
        Segment dropped = _head!;
        _head = dropped.Following;
        if (_head is null)
            _tail = null;
        dropped.Return();
    }
}

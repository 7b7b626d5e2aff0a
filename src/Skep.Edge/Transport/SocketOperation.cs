using System.Threading.Tasks.Sources;

namespace Skep.Edge.Transport;

/// <summary>The one connect, receive or send of a socket that waits for the kernel. Guarded by the socket's gate, but for
/// <see cref="Settle"/>: continuations never run under it.</summary>
internal sealed class SocketOperation(Lock gate) : IValueTaskSource<int>, IValueTaskSource, IThreadPoolWorkItem
{
    private ManualResetValueTaskSourceCore<int> _source;
    private CancellationTokenRegistration _registration;
    private CancellationToken _cancellation;
    private Exception? _failure;
    private int _result;

    public bool IsWaiting { get; private set; }

    /// <summary>Identifies what <see cref="Begin"/> has begun.</summary>
    public short Version => _source.Version;

    public void Begin(CancellationToken cancellation)
    {
        if (IsWaiting)
            throw new InvalidOperationException("An operation of this kind is already under way on the connection.");
        _source.Reset();
        IsWaiting = true;
        _cancellation = cancellation;
        if (cancellation.CanBeCanceled)
            _registration = cancellation.UnsafeRegister(static operation => ((SocketOperation)operation!).OnCanceled(), this);
    }

    /// <summary>Ends the wait; the caller then sees to <see cref="Settle"/>.</summary>
    public void End(int result, Exception? failure)
    {
        IsWaiting = false;
        _registration.Unregister();
        _registration = default;
        _cancellation = default;
        (_result, _failure) = (result, failure);
    }

    /// <summary>Ends a wait, if there is one, on the pool: whoever cancels or closes may hold locks, or an isolate.</summary>
    public void Fail(Exception failure)
    {
        if (!IsWaiting)
            return;
        End(0, failure);
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Goes on with whoever waits.</summary>
    public void Settle()
    {
        if (_failure is { } failure)
        {
            _failure = null;
            _source.SetException(failure);
        }
        else
        {
            _source.SetResult(_result);
        }
    }

    int IValueTaskSource<int>.GetResult(short token) => _source.GetResult(token);

    void IValueTaskSource.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _source.GetStatus(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    void IThreadPoolWorkItem.Execute() => Settle();

    private void OnCanceled()
    {
        lock (gate)
        {
            // It may be the token of an earlier operation.
            if (_cancellation.IsCancellationRequested)
                Fail(new OperationCanceledException(_cancellation));
        }
    }
}

using Skep.Abstractions.Objects;
using Skep.Storage.Sqlite;

namespace Skep.Storage.Objects;

/// <summary>Waits for the disk for one object: all commits since the last sync share the next.</summary>
internal sealed class ObjectSync
{
    private readonly Lock _gate = new();
    private readonly CommitThreads _threads;
    private readonly ObjectStorage _storage;
    private readonly Action _run;
    private TaskCompletionSource? _next;
    private TaskCompletionSource? _current;
    private bool _running;
    private ObjectStorageException? _failed;

    public ObjectSync(CommitThreads threads, ObjectStorage storage)
    {
        _threads = threads;
        _storage = storage;
        _run = Run;
    }

    public bool IsIdle
    {
        get
        {
            lock (_gate) return !_running;
        }
    }

    /// <summary>A commit was made; completes when it is durable.</summary>
    public Task Request()
    {
        lock (_gate)
        {
            if (_failed is { } failure) return Task.FromException(failure);
            _next ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_running) return _next.Task;
            _running = true;
            var task = _next.Task;
            _threads.Run(_run);
            return task;
        }
    }

    /// <summary>Completes when the commits so far are durable.</summary>
    public Task WhenDoneAsync()
    {
        lock (_gate) return _failed is { } failure ? Task.FromException(failure) : (_next ?? _current)?.Task ?? Task.CompletedTask;
    }

    private void Run()
    {
        while (true)
        {
            lock (_gate)
            {
                _current = _next;
                _next = null;
                if (_current is null)
                {
                    _running = false;
                    break;
                }
            }

            try
            {
                _storage.SyncLog();
            }
            catch (Exception failure) when (failure is IOException or ObjectDisposedException)
            {
                Fail(_storage.SyncFailed(failure));
                return;
            }

            _current.SetResult();
        }

        _storage.AfterSync();
    }

    private void Fail(ObjectStorageException failure)
    {
        TaskCompletionSource? next;
        lock (_gate)
        {
            _failed = failure;
            next = _next;
            _next = null;
            _running = false;
        }

        _current!.SetException(failure);
        next?.SetException(failure);
        // A write that nobody awaits (allowUnconfirmed) must not count as an unobserved exception.
        _ = _current.Task.Exception;
        _ = next?.Task.Exception;
    }
}

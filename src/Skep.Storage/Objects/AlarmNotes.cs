using Skep.Abstractions.Objects;

namespace Skep.Storage.Objects;

/// <summary>Keeps the index of alarms at or before what the object's storage says: it may call too often, never too rarely.</summary>
internal sealed class AlarmNotes(IObjectAlarms? index, ObjectAddress address, DateTimeOffset? stored, Action<Exception>? onFailure)
{
    private readonly Lock _gate = new();
    private DateTimeOffset? _committed = stored;
    private DateTimeOffset? _noted = stored;
    private Task _last = Task.CompletedTask;
    private Task _awaited = Task.CompletedTask;

    /// <summary>Notes an alarm that is due earlier than what the index knows. The transaction is committed when this has completed.</summary>
    public ValueTask BeforeCommit(DateTimeOffset? due)
    {
        if (index is null) return default;
        lock (_gate)
        {
            if (due is not null && !(_noted <= due))
            {
                _noted = due;
                _last = _awaited = NoteAsync(_last, due);
            }

            return new ValueTask(_awaited);
        }
    }

    /// <summary>Notes an alarm that is due later, or not at all any more, once that is on the disk.</summary>
    public void AfterCommit(DateTimeOffset? due, Task durable)
    {
        if (index is null) return;
        lock (_gate)
        {
            if (_committed == due && _noted == due) return;
            _committed = due;
            if (_noted == due) return;
            _noted = due;
            _last = LaterAsync(_last, durable, due);
        }
    }

    /// <summary>Completes when the index knows all.</summary>
    public Task WhenNotedAsync()
    {
        lock (_gate) return _last.ContinueWith(static _ => { }, TaskScheduler.Default);
    }

    private async Task NoteAsync(Task before, DateTimeOffset? due)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await index!.NoteAsync(address, due).ConfigureAwait(false);
    }

    private async Task LaterAsync(Task before, Task durable, DateTimeOffset? due)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // What is not durable may come back with the alarm that the index still knows.
        await durable.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!durable.IsCompletedSuccessfully) return;
        try
        {
            await index!.NoteAsync(address, due).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            // The object is woken for nothing at the time that the index still has.
            onFailure?.Invoke(failure);
        }
    }
}

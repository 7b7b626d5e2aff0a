using Skep.Abstractions.Objects;
using Skep.Abstractions.Scheduling;
using Skep.Edge.Triggers;
using Skep.Storage.Catalog;
using Skep.Storage.Objects;
using Skep.Storage.Objects.Alarms;
using Skep.Storage.Sqlite;

namespace Skep.Hosting;

/// <summary>What Durable Objects store below a folder, and the clock of their alarms.</summary>
internal sealed class ObjectStorageFolder : IAsyncDisposable
{
    private readonly SqliteAlarmIndex _alarms;
    private readonly TimeProvider _time;
    private readonly Action<Exception> _onFailure;
    private AlarmClock? _clock;

    /// <param name="path">The folder: the objects are in a folder of it, the index of their alarms is beside that.</param>
    /// <param name="time">The clock.</param>
    /// <param name="onFailure">Hears of files that fail.</param>
    public ObjectStorageFolder(string path, TimeProvider time, Action<Exception> onFailure)
    {
        (_time, _onFailure) = (time, onFailure);
        var objects = Path.Combine(path, DataFolder.ObjectsFolder);
        var index = Path.Combine(path, DataFolder.AlarmsFile);
        TakeOut(Path.Combine(objects, DataFolder.AlarmsFile), index);
        _alarms = new SqliteAlarmIndex(index, onFailure);
        Store = new SqliteObjectStore(new ObjectStoreOptions(objects) { Alarms = _alarms, OnFailure = onFailure }, time);
    }

    public SqliteObjectStore Store { get; }

    /// <summary>The index of when they want to be woken.</summary>
    public IObjectAlarms Alarms => _alarms;

    /// <summary>Removes what a crash has kept of classes that were deleted. What the catalog does not know stays: that may be a copy from
    /// before the class was made.</summary>
    public async Task SweepAsync(SqliteCatalog catalog)
    {
        try
        {
            foreach (var deleted in catalog.ListDeletedNamespaces())
            {
                await Store.DeleteNamespaceAsync(deleted);
                catalog.ForgetDeletedNamespace(deleted);
            }

            await Store.SweepAsync();
        }
        catch (ObjectStorageException)
        {
            // The operator was told; the next start tries again.
        }
        catch (Exception failure) when (failure is SqliteException or IOException or UnauthorizedAccessException)
        {
            // What is left over is no reason not to serve the rest.
            _onFailure(failure);
        }
    }

    /// <summary>Has objects woken, once; there is somebody to take alarms from now on.</summary>
    public async Task StartClockAsync(IAlarmTarget target)
    {
        _clock = new AlarmClock(_alarms, target, _time, _onFailure);
        await _clock.StartAsync();
    }

    /// <summary>Wakes nobody any more.</summary>
    public ValueTask StopClockAsync() => _clock?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopClockAsync();
        await Store.DisposeAsync();
        await _alarms.DisposeAsync();
    }

    // Where earlier versions kept it, once: worker processes may write there. The log first: without it the database would begin a new one.
    private static void TakeOut(string before, string index)
    {
        if (File.Exists(index) || !File.Exists(before)) return;
        if (File.Exists(before + "-wal")) File.Move(before + "-wal", index + "-wal", overwrite: true);
        File.Delete(before + "-shm");
        File.Move(before, index);
    }
}

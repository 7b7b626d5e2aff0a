using Skep.Abstractions.Objects;
using Skep.Abstractions.Scheduling;
using Skep.Edge.Triggers;
using Skep.Storage.Objects;
using Skep.Storage.Objects.Alarms;

namespace Skep.Hosting;

/// <summary>What Durable Objects store in a folder, and the clock of their alarms.</summary>
internal sealed class ObjectStorageFolder : IAsyncDisposable
{
    private readonly SqliteAlarmIndex _alarms;
    private readonly TimeProvider _time;
    private readonly Action<Exception> _onFailure;
    private AlarmClock? _clock;

    public ObjectStorageFolder(string path, TimeProvider time, Action<Exception> onFailure)
    {
        (_time, _onFailure) = (time, onFailure);
        _alarms = new SqliteAlarmIndex(Path.Combine(path, "alarms.db"), onFailure);
        Store = new SqliteObjectStore(new ObjectStoreOptions(path) { Alarms = _alarms, OnFailure = onFailure }, time);
    }

    public SqliteObjectStore Store { get; }

    /// <summary>The index of when they want to be woken.</summary>
    public IObjectAlarms Alarms => _alarms;

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
}

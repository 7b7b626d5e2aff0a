using Skep.Abstractions.Objects;
using Skep.Abstractions.Scheduling;
using Skep.Storage.Sqlite;

namespace Skep.Storage.Objects.Alarms;

/// <summary>When which Durable Object wants to be woken, in one SQLite file. Objects that note their alarms at the same time wait for
/// the disk together.</summary>
public sealed class SqliteAlarmIndex : IAlarmStore, IAsyncDisposable
{
    // A name can be empty, and there may be none.
    private const string NameMark = "=";

    private const string Columns = "namespace, object, name, due, next, failures";

    private readonly DeferredDatabase _file;
    private readonly Lock _gate = new();
    private List<Change> _waiting = [];
    private Task _writing = Task.CompletedTask;

    /// <summary>Opens or creates the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="onFailure">Hears that it cannot be opened now; null: whoever makes this does.</param>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public SqliteAlarmIndex(string path, Action<Exception>? onFailure = null)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        _file = new DeferredDatabase(path, AlarmSchema.Steps, onFailure);
    }

    private SqliteDatabase Database => _file.Value;

    /// <inheritdoc/>
    public Action<DateTimeOffset>? Noted { get; set; }

    /// <inheritdoc/>
    public async ValueTask NoteAsync(ObjectAddress address, DateTimeOffset? due)
    {
        await ChangeAsync(database =>
        {
            if (due is not { } moment)
            {
                database.Prepare("DELETE FROM alarm WHERE namespace = ? AND object = ?").Bind(1, address.NamespaceId).Bind(2, address.Id).Run();
                return;
            }

            // The same alarm noted again is as far as it was.
            var at = moment.ToUnixTimeMilliseconds();
            database.Prepare(
                $"INSERT INTO alarm ({Columns}) VALUES (?, ?, ?, ?, ?, 0) ON CONFLICT DO UPDATE SET due = excluded.due, next = excluded.next, failures = 0, name = iif(excluded.name = '', name, excluded.name) WHERE due <> excluded.due")
                .Bind(1, address.NamespaceId).Bind(2, address.Id).Bind(3, address.Name is { } name ? NameMark + name : "").Bind(4, at).Bind(5, at).Run();
        }).ConfigureAwait(false);
        if (due is { } noted) Noted?.Invoke(noted);
    }

    /// <inheritdoc/>
    public ValueTask ForgetAsync(string namespaceId) =>
        new(ChangeAsync(database => database.Prepare("DELETE FROM alarm WHERE namespace = ?").Bind(1, namespaceId).Run()));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ObjectAlarm>> DueAsync(DateTimeOffset now, int limit)
    {
        lock (Database.Gate)
        {
            var found = new List<ObjectAlarm>();
            var rows = Database.Prepare($"SELECT {Columns} FROM alarm WHERE next <= ? ORDER BY next LIMIT ?").Bind(1, now.ToUnixTimeMilliseconds()).Bind(2, limit);
            while (rows.Step())
            {
                ObjectAddress address = new(rows.Text(0), rows.Text(1), rows.Text(2) is ['=', .. var name] ? name : null);
                found.Add(new ObjectAlarm(address, Moment(rows.Int64(3)), Moment(rows.Int64(4)), (int)rows.Int64(5)));
            }

            rows.Reset();
            return new(found);
        }
    }

    /// <inheritdoc/>
    public ValueTask<DateTimeOffset?> NextAsync(DateTimeOffset after)
    {
        lock (Database.Gate)
        {
            var rows = Database.Prepare("SELECT next FROM alarm WHERE next > ? ORDER BY next LIMIT 1").Bind(1, after.ToUnixTimeMilliseconds());
            DateTimeOffset? next = rows.Step() ? Moment(rows.Int64(0)) : null;
            rows.Reset();
            return new(next);
        }
    }

    /// <inheritdoc/>
    public ValueTask PostponeAsync(ObjectAlarm alarm, DateTimeOffset next, int failures) => new(ChangeAsync(database =>
        database.Prepare("UPDATE alarm SET next = ?, failures = ? WHERE namespace = ? AND object = ? AND due = ?")
            .Bind(1, next.ToUnixTimeMilliseconds()).Bind(2, failures)
            .Bind(3, alarm.Object.NamespaceId).Bind(4, alarm.Object.Id).Bind(5, alarm.Due.ToUnixTimeMilliseconds()).Run()));

    /// <inheritdoc/>
    public ValueTask EndAsync(ObjectAlarm alarm) => new(ChangeAsync(database =>
        database.Prepare("DELETE FROM alarm WHERE namespace = ? AND object = ? AND due = ?")
            .Bind(1, alarm.Object.NamespaceId).Bind(2, alarm.Object.Id).Bind(3, alarm.Due.ToUnixTimeMilliseconds()).Run()));

    /// <summary>Closes the file when what was noted is on the disk.</summary>
    public async ValueTask DisposeAsync()
    {
        Task last;
        lock (_gate) last = _writing;
        await last.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _file.Dispose();
    }

    private static DateTimeOffset Moment(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private Task ChangeAsync(Action<SqliteDatabase> write)
    {
        Change change = new(write);
        lock (_gate)
        {
            _waiting.Add(change);
            if (_waiting.Count == 1) _writing = WriteAfterAsync(_writing);
        }

        return change.Done.Task;
    }

    private async Task WriteAfterAsync(Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        List<Change> together;
        lock (_gate) (together, _waiting) = (_waiting, []);
        try
        {
            Database.Transaction(() =>
            {
                foreach (var each in together) each.Write(Database);
                return 0;
            });
        }
        catch (Exception failure)
        {
            foreach (var each in together) each.Done.SetException(failure);
            return;
        }

        foreach (var each in together) each.Done.SetResult();
    }

    private sealed record Change(Action<SqliteDatabase> Write)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

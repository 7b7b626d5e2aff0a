using System.Text.Json;
using Skep.Abstractions.Scheduling;
using Skep.Storage.Sqlite;

namespace Skep.Storage.Scheduling;

/// <summary>Progress and runs of cron triggers in one SQLite file.</summary>
public sealed class SqliteCronStore : ICronStore, IDisposable
{
    // As many as Cloudflare shows.
    private const int KeptOfScript = 100;

    private readonly DeferredDatabase _file;

    /// <summary>Opens or creates the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="onFailure">Hears that it cannot be opened now; null: whoever makes this does.</param>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public SqliteCronStore(string path, Action<Exception>? onFailure = null) => _file = new DeferredDatabase(path, CronSchema.Steps, onFailure);

    private SqliteDatabase Database => _file.Value;

    /// <inheritdoc/>
    public ValueTask<CronProgress> LoadAsync()
    {
        lock (Database.Gate)
        {
            var last = new Dictionary<(string Script, string Cron), DateTimeOffset>();
            var rows = Database.Prepare("SELECT script, cron, last FROM trigger_progress");
            while (rows.Step()) last[(rows.Text(0), rows.Text(1))] = DateTimeOffset.FromUnixTimeMilliseconds(rows.Int64(2));
            rows.Reset();
            return new(new CronProgress(last, Read("SELECT id, record FROM run WHERE ended = 0 ORDER BY id")));
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<CronRun>> BeginAsync(IReadOnlyCollection<CronDue> due, DateTimeOffset now) => new(Database.Transaction<IReadOnlyList<CronRun>>(() =>
    {
        var begun = new List<CronRun>();
        foreach (var each in due)
        {
            var scheduled = each.ScheduledTime.ToUnixTimeMilliseconds();
            Database.Prepare("INSERT INTO trigger_progress (script, cron, last) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET last = max(last, excluded.last)")
                .Bind(1, each.Script).Bind(2, each.Cron).Bind(3, scheduled).Run();
            var run = new CronRun { Script = each.Script, Cron = each.Cron, ScheduledTime = each.ScheduledTime, StartedOn = now };
            var insert = Database.Prepare("INSERT INTO run (script, cron, scheduled, ended, record) VALUES (?, ?, ?, 0, ?) ON CONFLICT DO NOTHING RETURNING id")
                .Bind(1, each.Script).Bind(2, each.Cron).Bind(3, scheduled).Bind(4, Write(run));
            if (insert.Step()) begun.Add(run with { Id = insert.Int64(0) });
            insert.Reset();
        }

        return begun;
    }));

    /// <inheritdoc/>
    public ValueTask<CronRun> BeginAgainAsync(CronRun run, DateTimeOffset now)
    {
        var again = run with { StartedOn = now, Attempts = run.Attempts + 1 };
        Update(again, ended: false);
        return new(again);
    }

    /// <inheritdoc/>
    public ValueTask EndAsync(CronRun run)
    {
        Update(run, ended: true);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<CronRun>> ListAsync(string script, int limit)
    {
        lock (Database.Gate) return new(Read("SELECT id, record FROM run WHERE script = ? ORDER BY id DESC LIMIT ?", statement => statement.Bind(1, script).Bind(2, limit)));
    }

    /// <inheritdoc/>
    public ValueTask ForgetAsync(string script)
    {
        Database.Transaction(() =>
        {
            Database.Prepare("DELETE FROM trigger_progress WHERE script = ?").Bind(1, script).Run();
            Database.Prepare("DELETE FROM run WHERE script = ?").Bind(1, script).Run();
            return 0;
        });
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static string Write(CronRun run) => JsonSerializer.Serialize(run, CronRecords.Default.CronRun);

    private void Update(CronRun run, bool ended) => Database.Transaction(() =>
    {
        Database.Prepare("UPDATE run SET ended = ?, record = ? WHERE id = ?").Bind(1, ended ? 1 : 0).Bind(2, Write(run)).Bind(3, run.Id).Run();
        // One that is still under way stays: it must be known after a crash.
        if (ended)
        {
            Database.Prepare("DELETE FROM run WHERE script = ?1 AND ended = 1 AND id <= (SELECT id FROM run WHERE script = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)")
                .Bind(1, run.Script).Bind(2, KeptOfScript).Run();
        }

        return 0;
    });

    private List<CronRun> Read(string sql, Action<SqliteStatement>? bind = null)
    {
        var statement = Database.Prepare(sql);
        bind?.Invoke(statement);
        var runs = new List<CronRun>();
        while (statement.Step()) runs.Add(JsonSerializer.Deserialize(statement.Blob(1), CronRecords.Default.CronRun)! with { Id = statement.Int64(0) });
        statement.Reset();
        return runs;
    }
}

using Skep.Abstractions.Scheduling;

namespace Skep.Testing;

/// <summary>What is remembered of cron triggers, in memory: it outlives a scheduler as the real one outlives the process.</summary>
public sealed class FakeCronStore : ICronStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Script, string Cron), DateTimeOffset> _last = [];

    /// <summary>All runs, oldest first.</summary>
    public List<CronRun> Runs { get; } = [];

    public ValueTask<CronProgress> LoadAsync()
    {
        lock (_gate) return new(new CronProgress(new Dictionary<(string, string), DateTimeOffset>(_last), [.. Runs.Where(run => run.EndedOn is null)]));
    }

    public ValueTask<IReadOnlyList<CronRun>> BeginAsync(IReadOnlyCollection<CronDue> due, DateTimeOffset now)
    {
        lock (_gate)
        {
            var begun = new List<CronRun>();
            foreach (var (script, cron, at) in due)
            {
                _last[(script, cron)] = at;
                if (Runs.Any(run => (run.Script, run.Cron, run.ScheduledTime) == (script, cron, at))) continue;
                begun.Add(new CronRun { Id = Runs.Count + 1, Script = script, Cron = cron, ScheduledTime = at, StartedOn = now });
                Runs.Add(begun[^1]);
            }

            return new(begun);
        }
    }

    public ValueTask<CronRun> BeginAgainAsync(CronRun run, DateTimeOffset now) =>
        new(Replace(run with { StartedOn = now, Attempts = run.Attempts + 1 }));

    public ValueTask EndAsync(CronRun run)
    {
        Replace(run);
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<CronRun>> ListAsync(string script, int limit)
    {
        lock (_gate) return new([.. Runs.Where(run => run.Script == script).Reverse().Take(limit)]);
    }

    public ValueTask ForgetAsync(string script)
    {
        lock (_gate) Runs.RemoveAll(run => run.Script == script);
        return ValueTask.CompletedTask;
    }

    private CronRun Replace(CronRun run)
    {
        lock (_gate) return Runs[(int)run.Id - 1] = run;
    }
}

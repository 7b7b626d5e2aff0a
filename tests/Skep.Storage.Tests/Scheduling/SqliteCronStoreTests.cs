using Skep.Abstractions.Events;
using Skep.Abstractions.Scheduling;
using Skep.Storage.Scheduling;
using Skep.Testing;

namespace Skep.Storage.Tests.Scheduling;

public sealed class SqliteCronStoreTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private SqliteCronStore _store;

    public SqliteCronStoreTests() => _store = new SqliteCronStore(File);

    private string File => Path.Combine(_folder.Path, "cron.db");

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_time_is_begun_once()
    {
        Assert.Single(await _store.BeginAsync([Due(0)], Noon));
        Assert.Equal(Noon.AddMinutes(1), Assert.Single(await _store.BeginAsync([Due(0), Due(1)], Noon)).ScheduledTime);
    }

    [Fact]
    public async Task What_was_begun_and_not_ended_is_interrupted_after_the_file_was_opened_again()
    {
        var runs = await _store.BeginAsync([Due(0), Due(1)], Noon);
        var ended = runs[0] with { EndedOn = Noon, Outcome = InvocationOutcome.Exception, Error = "Error: no", VersionId = "v" };
        await _store.EndAsync(ended);
        Reopen();
        var progress = await _store.LoadAsync();
        Assert.Equal(runs[1], Assert.Single(progress.Interrupted));
        Assert.Equal(Noon.AddMinutes(1), progress.Last[("hello", "* * * * *")]);
        Assert.Equal([runs[1], ended], await _store.ListAsync("hello", 10));
    }

    [Fact]
    public async Task A_run_that_is_begun_again_counts_its_attempts()
    {
        var run = Assert.Single(await _store.BeginAsync([Due(0)], Noon));
        await _store.BeginAgainAsync(run, Noon.AddMinutes(3));
        var again = Assert.Single((await _store.LoadAsync()).Interrupted);
        Assert.Equal((2, Noon.AddMinutes(3)), (again.Attempts, again.StartedOn));
    }

    [Fact]
    public async Task The_newest_hundred_of_each_script_are_kept_and_none_that_runs_is_lost()
    {
        var running = Assert.Single(await _store.BeginAsync([Due(-1)], Noon));
        var other = Assert.Single(await _store.BeginAsync([new CronDue("other", "* * * * *", Noon)], Noon));
        await _store.EndAsync(other);
        foreach (var run in await _store.BeginAsync([.. Enumerable.Range(0, 120).Select(Due)], Noon)) await _store.EndAsync(run);
        var kept = await _store.ListAsync("hello", 1000);
        Assert.Equal(Enumerable.Range(20, 100).Reverse().Select(minute => Noon.AddMinutes(minute)).Append(running.ScheduledTime), kept.Select(run => run.ScheduledTime));
        Assert.Single(await _store.ListAsync("other", 10));
    }

    [Fact]
    public async Task A_script_is_forgotten_whole()
    {
        await _store.BeginAsync([Due(0)], Noon);
        await _store.ForgetAsync("hello");
        var progress = await _store.LoadAsync();
        Assert.Empty(progress.Last);
        Assert.Empty(progress.Interrupted);
    }

    private static CronDue Due(int minute) => new("hello", "* * * * *", Noon.AddMinutes(minute));

    private void Reopen()
    {
        _store.Dispose();
        _store = new SqliteCronStore(File);
    }
}

using Skep.Abstractions.Objects;
using Skep.Abstractions.Scheduling;
using Skep.Storage.Objects.Alarms;
using Skep.Testing;
using Xunit;

namespace Skep.Storage.Tests.Objects;

/// <summary>The index of alarms: what was noted is there after a restart, and another alarm is never taken for the one that was tried.</summary>
public sealed class AlarmIndexTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ObjectAddress One = new("n", new string('1', 64), "one");
    private static readonly ObjectAddress Two = new("n", new string('2', 64));

    private readonly TemporaryFolder _folder = new();

    private string File => System.IO.Path.Combine(_folder.Path, "alarms.db");

    [Fact]
    public async Task What_was_noted_is_there_after_a_restart()
    {
        await using (SqliteAlarmIndex index = new(File))
        {
            await index.NoteAsync(One, Noon);
            await index.NoteAsync(Two, Noon.AddHours(1));
        }

        await using SqliteAlarmIndex again = new(File);
        Assert.Equal(Noon, await again.NextAsync(DateTimeOffset.MinValue));
        var due = Assert.Single(await again.DueAsync(Noon.AddMinutes(1), 10));
        Assert.Equal(("one", Noon, 0), (due.Object.Name, due.Due, due.Failures));
        Assert.Equal(2, (await again.DueAsync(Noon.AddDays(1), 10)).Count);
    }

    [Fact]
    public async Task An_alarm_that_is_moved_or_deleted_is_no_more()
    {
        await using SqliteAlarmIndex index = new(File);
        await index.NoteAsync(One, Noon);
        await index.NoteAsync(One, Noon.AddDays(1));
        Assert.Equal(Noon.AddDays(1), await index.NextAsync(DateTimeOffset.MinValue));
        await index.NoteAsync(One, null);
        Assert.Null(await index.NextAsync(DateTimeOffset.MinValue));
    }

    [Fact]
    public async Task A_try_that_failed_waits_and_is_counted()
    {
        await using SqliteAlarmIndex index = new(File);
        await index.NoteAsync(One, Noon);
        var alarm = Assert.Single(await index.DueAsync(Noon, 10));
        await index.PostponeAsync(alarm, Noon.AddSeconds(2), failures: 1);
        Assert.Empty(await index.DueAsync(Noon.AddSeconds(1), 10));
        // Noted again as what it is, it is as far as it was.
        await index.NoteAsync(One, Noon);
        Assert.Equal(1, Assert.Single(await index.DueAsync(Noon.AddSeconds(2), 10)).Failures);
    }

    [Fact]
    public async Task What_ends_is_the_alarm_that_was_run_and_not_the_one_that_its_handler_set()
    {
        await using SqliteAlarmIndex index = new(File);
        await index.NoteAsync(One, Noon);
        var run = Assert.Single(await index.DueAsync(Noon, 10));
        await index.NoteAsync(One, Noon.AddHours(1));
        await index.EndAsync(run);
        await index.PostponeAsync(run, Noon.AddYears(1), failures: 1);
        Assert.Equal(Noon.AddHours(1), await index.NextAsync(DateTimeOffset.MinValue));
    }

    [Fact]
    public async Task Many_objects_note_their_alarms_at_once()
    {
        await using SqliteAlarmIndex index = new(File);
        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => Task.Run(() => index.NoteAsync(new("n", i.ToString("x64")), Noon.AddSeconds(i)).AsTask())));
        Assert.Equal(500, (await index.DueAsync(Noon.AddHours(1), 1000)).Count);
    }

    public void Dispose() => _folder.Dispose();
}

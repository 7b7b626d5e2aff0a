using Skep.Abstractions.Objects;
using Skep.Storage.Objects;

namespace Skep.Storage.Tests.Objects;

/// <summary>What is acknowledged is on the disk; one host at a time; what fails leaves others alone and says why.</summary>
public sealed class ObjectDurabilityTests : ObjectTest
{
    [Fact]
    public async Task What_is_durable_is_in_the_log_that_another_process_finds()
    {
        await using var storage = await OpenAsync();
        Put(storage, "a", "1");
        await CommitAsync(storage);
        // As a crash would leave it.
        var copy = Path.Combine(Folder, "copy");
        foreach (var suffix in (string[])["", "-wal"])
        {
            var to = PathOf(Address(1)).Replace(Folder, copy, StringComparison.Ordinal) + suffix;
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(PathOf(Address(1)) + suffix, to);
        }

        await using SqliteObjectStore recovered = new(new ObjectStoreOptions(copy), Time);
        await using var found = await recovered.OpenAsync(Address(1), WithSql, Cancellation);
        Assert.Equal("1", Get(found, "a"));
    }

    [Fact]
    public async Task An_object_has_one_host_at_a_time()
    {
        await using var second = NewStore(options => options with { Patience = TimeSpan.Zero });
        var storage = await OpenAsync();
        Put(storage, "a", "1");
        await CommitAsync(storage);
        var refused = await Assert.ThrowsAsync<ObjectUnavailableException>(async () => await second.OpenAsync(Address(1), WithSql, Cancellation));
        Assert.Equal(("The Durable Object's storage is held by another process.", true), (refused.Message, refused.Retryable));
        await storage.DisposeAsync();
        await using var next = await second.OpenAsync(Address(1), WithSql, Cancellation);
        Assert.Equal("1", Get(next, "a"));
    }

    [Fact]
    public async Task A_former_host_cannot_write_any_more()
    {
        var former = await Store.OpenAsync(Address(1), WithSql, epoch: 1, Cancellation);
        Put(former, "a", "1");
        await CommitAsync(former);
        await former.DisposeAsync();
        await using (var later = await Store.OpenAsync(Address(1), WithSql, epoch: 2, Cancellation))
        {
            Put(later, "a", "2");
            await CommitAsync(later);
        }

        var refused = await Assert.ThrowsAsync<ObjectUnavailableException>(async () => await Store.OpenAsync(Address(1), WithSql, epoch: 1, Cancellation));
        Assert.Equal("The Durable Object has moved to another process.", refused.Message);
        Assert.Contains("epoch 2", Assert.Single(Failures).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_objects_need_few_files()
    {
        await ReopenAsync(options => options with { OpenFiles = 20 });
        List<IObjectStorage> storages = [];
        for (var i = 0; i < 300; i++) storages.Add(await OpenAsync(i));
        foreach (var storage in storages)
        {
            Put(storage, "a", "1");
            await CommitAsync(storage);
        }

        // Whoever was closed is opened again, with what it stored.
        foreach (var storage in storages)
        {
            Assert.Equal("1", Get(storage, "a"));
            storage.Commit();
        }

        while (Store.OpenFileCount > 20)
        {
            Put(storages[0], "a", "1");
            await CommitAsync(storages[0]);
            Assert.NotNull(Get(storages[Random.Shared.Next(300)], "a"));
            foreach (var storage in storages) storage.Commit();
        }

        foreach (var storage in storages) await storage.DisposeAsync();
        Assert.Equal(0, Store.OpenFileCount);
    }

    [Fact]
    public async Task A_damaged_file_is_named_to_the_operator_and_not_to_the_worker()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(Address(1)))!);
        await File.WriteAllTextAsync(PathOf(Address(1)), new string('x', 5000), Cancellation);
        var failed = await Assert.ThrowsAsync<ObjectStorageException>(() => OpenAsync());
        Assert.Equal("The Durable Object's storage is damaged and has to be restored from a backup.", failed.Message);
        Assert.Contains(PathOf(Address(1)), Assert.Single(Failures).Message, StringComparison.Ordinal);
        await using var other = await OpenAsync(2);
        Put(other, "a", "1");
        await CommitAsync(other);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_fails_the_object_and_says_so()
    {
        // Root may write anywhere: a file in the place of the folder stands for any disk that refuses.
        await File.WriteAllTextAsync(Path.Combine(Folder, NamespaceId), "", Cancellation);
        await using var storage = await OpenAsync();
        var failed = Assert.Throws<ObjectStorageException>(() => Put(storage, "a", "1"));
        Assert.Equal("The Durable Object's storage cannot be opened or written; the server's log says why.", failed.Message);
        var commit = storage.Commit();
        Assert.Equal(failed.Message, (await Assert.ThrowsAsync<ObjectStorageException>(() => commit.Durable!)).Message);
    }

    [Fact]
    public async Task The_index_of_alarms_is_told_before_an_earlier_alarm_and_after_a_later_one()
    {
        var alarms = new RecordingAlarms();
        await ReopenAsync(options => options with { Alarms = alarms });
        await using var storage = await OpenAsync();
        var noon = DateTimeOffset.UnixEpoch.AddDays(20_000);

        var noting = alarms.Hold();
        storage.Alarm = noon;
        Put(storage, "a", "1");
        var commit = storage.Commit();
        Assert.Equal([noon], alarms.Noted);
        Assert.False(commit.Durable!.IsCompleted);
        noting.SetResult();
        await commit.Durable;

        storage.Alarm = noon.AddHours(1);
        await CommitAsync(storage);
        storage.Alarm = null;
        await CommitAsync(storage);
        await storage.DisposeAsync();
        Assert.Equal([noon, noon.AddHours(1), null], alarms.Noted);
    }

    [Fact]
    public async Task A_turn_that_stores_nothing_may_end_while_an_earlier_one_is_committed()
    {
        var alarms = new RecordingAlarms();
        await ReopenAsync(options => options with { Alarms = alarms });
        await using var storage = await OpenAsync();
        for (var i = 200; i > 0; i--)
        {
            var noting = alarms.Hold();
            storage.Alarm = DateTimeOffset.UnixEpoch.AddDays(i);
            var earlier = storage.Commit();
            var noted = Task.Run(noting.SetResult, Cancellation);
            List<Task?> later = [];
            while (!earlier.Durable!.IsCompleted) later.Add(storage.Commit().Durable);
            foreach (var durable in later) await (durable ?? Task.CompletedTask);
            await earlier.Durable;
            await noted;
        }
    }

    [Fact]
    public async Task An_alarm_that_runs_is_there_until_it_has_ended_well()
    {
        await using var storage = await OpenAsync();
        var due = DateTimeOffset.UnixEpoch.AddDays(20_000);
        storage.Alarm = due;
        await CommitAsync(storage);
        Assert.False(storage.TryBeginAlarm(due.AddSeconds(1)));
        Assert.True(storage.TryBeginAlarm(due));
        Assert.Null(storage.Alarm);
        storage.EndAlarm(done: false);
        Assert.Equal(due, storage.Alarm);
        Assert.True(storage.TryBeginAlarm(due));
        storage.EndAlarm(done: true);
        Assert.Null(storage.Alarm);
        storage.Alarm = due;
        Assert.True(storage.TryBeginAlarm(due));
        storage.Alarm = due.AddDays(1);
        storage.EndAlarm(done: true);
        Assert.Equal(due.AddDays(1), storage.Alarm);
        await CommitAsync(storage);
    }

    [Fact]
    public async Task A_namespace_goes_with_all_its_objects()
    {
        foreach (var number in (int[])[1, 2])
        {
            await using var storage = await OpenAsync(number);
            Put(storage, "a", "1");
            await CommitAsync(storage);
        }

        Assert.Equal([Address(1).Id, Address(2).Id], (await Store.ListAsync(NamespaceId, null, 10)).Select(each => each.Id));
        Assert.Equal([Address(2).Id], (await Store.ListAsync(NamespaceId, Address(1).Id, 10)).Select(each => each.Id));
        await Store.DeleteNamespaceAsync(NamespaceId);
        Assert.Empty(await Store.ListAsync(NamespaceId, null, 10));
        await using var again = await OpenAsync();
        Assert.Null(Get(again, "a"));
    }

    private sealed class RecordingAlarms : IObjectAlarms
    {
        private TaskCompletionSource? _held;

        public List<DateTimeOffset?> Noted { get; } = [];

        public TaskCompletionSource Hold() => _held = new TaskCompletionSource();

        public ValueTask NoteAsync(ObjectAddress address, DateTimeOffset? due)
        {
            Noted.Add(due);
            var held = _held;
            _held = null;
            return held is null ? default : new ValueTask(held.Task);
        }
    }
}

using Skep.Abstractions.Queues;
using Skep.Storage.Queues;
using Skep.Storage.Sqlite;

namespace Skep.Storage.Tests.Queues;

/// <summary>What is acknowledged is on the disk; what fails leaves no trace and says why.</summary>
public sealed class QueueDurabilityTests : QueueTest
{
    [Fact]
    public void A_commit_waits_for_the_disk()
    {
        using var threads = new CommitThreads("queue writer", 1);
        var file = new QueueFile(Path.Combine(Folder, "synced.db"), new QueueStoreOptions(Folder), threads, create: true);
        // FULL: the log is synced at each commit (https://sqlite.org/pragma.html#pragma_synchronous).
        Assert.Equal(2, file.Synchronous);
        file.Retire();
    }

    [Fact]
    public async Task What_was_sent_is_in_the_log_that_another_process_finds()
    {
        await SendAsync("a");
        var copy = Path.Combine(Folder, "copy");
        Directory.CreateDirectory(copy);
        // As a crash would leave it: file and log, without the shared memory.
        foreach (var suffix in (string[])["", "-wal"]) File.Copy(Path.Combine(Folder, $"{Id}.db{suffix}"), Path.Combine(copy, $"{Id}.db{suffix}"));
        await using var recovered = new QueueStore(new QueueStoreOptions(copy), Time);
        Assert.Equal(1, (await recovered.ReadAsync(Id, 0, static (reader, _) => reader.Metrics())).BacklogCount);
    }

    [Fact]
    public async Task What_a_Worker_had_when_the_server_was_lost_is_had_again_and_was_not_tried()
    {
        await ConsumeAsync(consumer => consumer with { MaxRetries = 0 });
        await SendAsync("a", "b");
        await LeaseAsync(1, seconds: 900, endsWithServer: true);
        await ReopenAsync();
        var again = await LeaseAsync(seconds: 900, endsWithServer: true);
        Assert.Equal(["a", "b"], Texts(again).Order(StringComparer.Ordinal));
        Assert.All(again, message => Assert.Equal(1, message.Attempts));
    }

    [Fact]
    public async Task What_a_client_had_pulled_it_keeps()
    {
        await SendAsync("a");
        var pulled = await LeaseAsync(seconds: 900);
        await ReopenAsync();
        Assert.Empty(await LeaseAsync());
        Assert.Equal(1, (await SettleAsync(QueueVerdict.Ack, null, pulled)).Acknowledged);
    }

    [Fact]
    public async Task A_crash_between_the_dead_letter_queue_and_the_deletion_loses_nothing()
    {
        await ConsumeAsync(consumer => consumer with { MaxRetries = 0, DeadLetterQueue = "letters" });
        await SendAsync("a");
        await LeaseAsync(seconds: 1);
        Pass(1);

        // The lease that finds it exhausted, without what follows.
        LeaseCommit lease = new(new QueueLease(1, TimeSpan.FromSeconds(60), EndsWithServer: false), maxAttempts: 1, Time.GetUtcNow().ToUnixTimeMilliseconds());
        await Broker.DisposeAsync();
        await using (QueueStore store = new(new QueueStoreOptions(Folder), Time)) await store.CommitAsync(Id, lease);
        Assert.Single(lease.Exhausted);
        await ReopenAsync();
        Assert.Equal(1, (await Broker.MetricsAsync(Name)).BacklogCount);
        Pass(60);
        Assert.Empty(await LeaseAsync());
        Assert.Equal((0, 1), ((await Broker.MetricsAsync(Name)).BacklogCount, (await Broker.MetricsAsync("letters")).BacklogCount));
    }

    [Fact]
    public async Task A_queue_without_room_refuses_what_does_not_fit_and_only_that()
    {
        await ReopenAsync(options => options with { MaxFileBytes = 256 << 10 });
        var big = Broker.SendAsync(Name, [Message("small one of the same batch"), .. Enumerable.Repeat(Message(new string('x', 100_000)), 4)]).AsTask();
        var small = Enumerable.Range(0, 20).Select(number => SendAsync($"{number}")).ToArray();
        var refused = await Assert.ThrowsAsync<QueueException>(() => big);
        await Task.WhenAll(small);
        Assert.Equal((507, "The queue has no room left: its disk or its quota is full."), (refused.Status, refused.Message));
        Assert.Contains(Folder, Assert.Single(Failures).Message, StringComparison.Ordinal);
        Assert.Equal(new QueueMetrics(20, 30, Time.GetUtcNow().ToUnixTimeMilliseconds()), await Broker.MetricsAsync(Name));

        // Full as it is, what is in it can be had and acknowledged, which makes room.
        await SettleAsync(QueueVerdict.Ack, null, await LeaseAsync(100));
        await SendAsync("again");
        Assert.Equal(["again"], Texts(await LeaseAsync()));
    }

    [Fact]
    public async Task A_queue_that_holds_as_much_as_it_may_takes_no_more()
    {
        await ReopenAsync(options => options with { MaxBacklogBytes = 10 });
        await SendAsync("12345", "6789");
        var refused = await Assert.ThrowsAsync<QueueException>(() => SendAsync("ab"));
        Assert.Equal((429, 10251, "Queue storage limit exceeded"), (refused.Status, refused.Code, refused.Message));
        await SendAsync("a");
        Assert.Equal((3, 10), ((await Broker.MetricsAsync(Name)).BacklogCount, (await Broker.MetricsAsync(Name)).BacklogBytes));
    }

    [Fact]
    public async Task A_damaged_file_is_named_to_the_operator_and_not_to_the_worker_and_others_go_on()
    {
        await Broker.CreateAsync(Define("other"), Audit);
        await Broker.DisposeAsync();
        await File.WriteAllTextAsync(Path.Combine(Folder, Id + ".db"), new string('x', 5000), Cancellation);
        await ReopenAsync();
        var refused = await Assert.ThrowsAsync<QueueException>(() => SendAsync("a"));
        Assert.Contains("damaged", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Folder, refused.Message, StringComparison.Ordinal);
        Assert.Contains(Folder, Failures[0].Message, StringComparison.Ordinal);
        Assert.Equal(1, (await Broker.SendAsync("other", [Message("a")])).BacklogCount);
    }

    [Fact]
    public async Task The_broker_ends_when_all_that_it_took_is_done()
    {
        var sends = Enumerable.Range(0, 500).Select(number => SendAsync($"{number}")).ToArray();
        await ReopenAsync();
        await Task.WhenAll(sends);
        Assert.Equal(500, (await Broker.MetricsAsync(Name)).BacklogCount);
    }
}

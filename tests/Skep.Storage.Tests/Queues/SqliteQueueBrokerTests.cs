using Skep.Abstractions.Queues;

namespace Skep.Storage.Tests.Queues;

/// <summary>Messages from their sending to their end.</summary>
public sealed class SqliteQueueBrokerTests : QueueTest
{
    [Fact]
    public async Task Messages_are_had_in_their_order_by_one_consumer_at_a_time()
    {
        var metrics = await SendAsync("a", "b", "c");
        Assert.Equal(new QueueMetrics(3, 3, Time.GetUtcNow().ToUnixTimeMilliseconds()), metrics);
        var first = await LeaseAsync(2);
        Assert.Equal(["a", "b"], Texts(first));
        Assert.Equal(["c"], Texts(await LeaseAsync()));
        Assert.Empty(await LeaseAsync());
        Assert.All(first, message => Assert.Equal((1, 32, QueueContentType.Text), (message.Attempts, message.Id.Length, message.ContentType)));
        Assert.NotEqual(first[0].Id, first[1].Id);
    }

    [Fact]
    public async Task What_is_acknowledged_is_gone()
    {
        await SendAsync("a", "b");
        var messages = await LeaseAsync();
        Assert.Equal(new QueueSettled(1, 0, 0, 0), await SettleAsync(QueueVerdict.Ack, null, messages[0]));
        Assert.Equal(new QueueSettled(0, 0, 0, 0), await SettleAsync(QueueVerdict.Ack, null, messages[0]));
        Pass(61);
        Assert.Equal(["b"], Texts(await LeaseAsync()));
        Assert.Equal(1, (await Broker.MetricsAsync(Name)).BacklogCount);
    }

    [Fact]
    public async Task What_is_not_settled_in_time_others_get()
    {
        await SendAsync("a");
        var first = Assert.Single(await LeaseAsync(seconds: 30));
        Pass(29);
        Assert.Empty(await LeaseAsync());
        Pass(1);
        var second = Assert.Single(await LeaseAsync(seconds: 30));
        Assert.Equal((1, 2), (first.Attempts, second.Attempts));

        // Whoever is late cannot put back what somebody else has, but what is done is done.
        Assert.Equal(0, (await SettleAsync(QueueVerdict.Retry, 0, first)).Retried);
        Assert.Empty(await LeaseAsync());
        Assert.Equal(1, (await SettleAsync(QueueVerdict.Ack, null, first)).Acknowledged);
        Assert.Equal(0, (await Broker.MetricsAsync(Name)).BacklogCount);
    }

    [Fact]
    public async Task Delays_of_a_message_beat_those_of_its_queue()
    {
        await Broker.UpdateAsync(Id, static queue => queue with { DeliveryDelay = 10 }, Audit);
        await Broker.SendAsync(Name, [Message("queue's"), Message("none", 0), Message("own", 5)]);
        Assert.Equal(["none"], Texts(await LeaseAsync()));
        Pass(5);
        Assert.Equal(["own"], Texts(await LeaseAsync()));
        Pass(5);
        Assert.Equal(["queue's"], Texts(await LeaseAsync()));
    }

    [Fact]
    public async Task Retries_wait_for_their_delay_or_the_consumers()
    {
        await ConsumeAsync(consumer => consumer with { RetryDelay = 20 });
        await SendAsync("a", "b", "c");
        var messages = await LeaseAsync(seconds: 1000);
        await SettleAsync(QueueVerdict.Retry, null, messages[0]);
        await SettleAsync(QueueVerdict.Retry, 5, messages[1]);
        await SettleAsync(QueueVerdict.Retry, 0, messages[2]);
        Assert.Equal(["c"], Texts(await LeaseAsync()));
        Pass(5);
        Assert.Equal(["b"], Texts(await LeaseAsync(seconds: 1000)));
        Pass(15);
        Assert.Contains("a", Texts(await LeaseAsync(seconds: 1000)));
    }

    [Fact]
    public async Task What_had_all_its_attempts_is_deleted()
    {
        await ConsumeAsync(consumer => consumer with { MaxRetries = 1 });
        await SendAsync("a");
        Assert.Equal(1, (await SettleAsync(QueueVerdict.Retry, 0, await LeaseAsync())).Retried);
        Assert.Equal(new QueueSettled(0, 0, 0, 1), await SettleAsync(QueueVerdict.Retry, 0, await LeaseAsync()));
        Pass(1000);
        Assert.Empty(await LeaseAsync());
        Assert.Equal(new QueueMetrics(0, 0, 0), await Broker.MetricsAsync(Name));
    }

    [Fact]
    public async Task What_had_all_its_attempts_goes_to_the_dead_letter_queue_which_is_made()
    {
        await ConsumeAsync(consumer => consumer with { MaxRetries = 0, DeadLetterQueue = "letters" });
        await SendAsync("a", "b");
        var sent = Time.GetUtcNow().ToUnixTimeMilliseconds();
        Pass(100);
        var messages = await LeaseAsync();
        await SettleAsync(QueueVerdict.Ack, null, messages[1]);
        Assert.Equal(new QueueSettled(0, 0, 1, 0), await SettleAsync(QueueVerdict.Retry, 0, messages[0]));
        var letters = Broker.FindByName("letters");
        Assert.NotNull(letters);
        Assert.Equal(0, (await Broker.MetricsAsync(Name)).BacklogCount);
        Assert.Contains(letters.Id, Changes);

        // It is the same message, whose attempts begin anew.
        var dead = Assert.Single(await LeaseAsync(id: letters.Id));
        Assert.Equal(("a", messages[0].Id, sent, 1), (Text(dead), dead.Id, dead.Timestamp, dead.Attempts));
    }

    [Fact]
    public async Task What_was_never_settled_goes_the_same_way()
    {
        await ConsumeAsync(consumer => consumer with { Script = null, MaxRetries = 1, DeadLetterQueue = "letters" });
        await SendAsync("a");
        await LeaseAsync(seconds: 5);
        Pass(5);
        await LeaseAsync(seconds: 5);
        Pass(5);
        Assert.Empty(await LeaseAsync());
        Assert.Equal((0, 1), ((await Broker.MetricsAsync(Name)).BacklogCount, (await Broker.MetricsAsync("letters")).BacklogCount));
    }

    [Fact]
    public async Task What_was_not_delivered_is_returned_without_an_attempt()
    {
        await ConsumeAsync(consumer => consumer with { MaxRetries = 0 });
        await SendAsync("a");
        await SettleAsync(QueueVerdict.Return, null, await LeaseAsync());
        Assert.Equal(1, Assert.Single(await LeaseAsync()).Attempts);
    }

    [Fact]
    public async Task A_paused_queue_takes_messages_and_gives_none()
    {
        await Broker.UpdateAsync(Id, static queue => queue with { IsPaused = true }, Audit);
        await SendAsync("a");
        Assert.Empty(await LeaseAsync());
        await Broker.UpdateAsync(Id, static queue => queue with { IsPaused = false }, Audit);
        Assert.Single(await LeaseAsync());
    }

    [Fact]
    public async Task A_purge_deletes_everything()
    {
        await SendAsync("a", "b");
        var messages = await LeaseAsync(1);
        await Broker.PurgeAsync(Id);
        Assert.Equal(new QueueMetrics(0, 0, 0), await Broker.MetricsAsync(Name));
        await SettleAsync(QueueVerdict.Retry, 0, messages);
        Assert.Empty(await LeaseAsync());
        await SendAsync("c");
        Assert.Equal(["c"], Texts(await LeaseAsync()));

        // A place is never given to another: an acknowledgement that is late hits nothing.
        await SettleAsync(QueueVerdict.Ack, null, messages);
        Assert.Equal(1, (await Broker.MetricsAsync(Name)).BacklogCount);
    }

    [Fact]
    public async Task What_is_too_old_is_removed()
    {
        await Broker.UpdateAsync(Id, static queue => queue with { RetentionSeconds = 100 }, Audit);
        await SendAsync([.. Enumerable.Range(0, 700).Select(number => $"{number}")]);
        Pass(50);
        await SendAsync("young");
        Pass(50);
        await Broker.SweepAsync();
        Assert.Equal(["young"], Texts(await LeaseAsync()));
        await ReopenAsync();
        Pass(50);
        await Broker.SweepAsync();
        Assert.Equal(new QueueMetrics(0, 0, 0), await Broker.MetricsAsync(Name));
    }

    [Fact]
    public async Task The_outlook_says_when_a_message_and_a_batch_can_be_had()
    {
        Assert.Equal(default, await Broker.OutlookAsync(Id, 2));
        var now = Time.GetUtcNow().ToUnixTimeMilliseconds();
        await Broker.SendAsync(Name, [Message("a", 5)]);
        Assert.Equal(new QueueOutlook(now + 5000, null), await Broker.OutlookAsync(Id, 2));
        await Broker.SendAsync(Name, [Message("b", 3), Message("c", 9)]);
        Assert.Equal(new QueueOutlook(now + 3000, now + 5000), await Broker.OutlookAsync(Id, 2));
        Pass(3);
        await LeaseAsync(1, seconds: 60);
        Assert.Equal(new QueueOutlook(now + 5000, now + 9000), await Broker.OutlookAsync(Id, 2));
    }

    [Fact]
    public async Task Whoever_watches_hears_of_messages_and_changes()
    {
        Changes.Clear();
        await SendAsync("a");
        await ConsumeAsync();
        await SettleAsync(QueueVerdict.Retry, 0, await LeaseAsync());
        Assert.Equal([Id, Id, Id], Changes);
    }

    [Fact]
    public async Task Queues_are_there_after_a_restart()
    {
        await ConsumeAsync(consumer => consumer with { BatchSize = 7, DeadLetterQueue = "letters", MaxConcurrency = 3 });
        var before = Broker.Find(Id);
        await ReopenAsync();
        Assert.Equal(before, Broker.Find(Id));
        Assert.Same(Broker.Find(Id), Broker.FindByName(Name));
    }

    [Fact]
    public async Task Names_are_unique_and_free_again_after_a_deletion()
    {
        Assert.False(await Broker.CreateAsync(Define(Name), Audit));
        await SendAsync("a");
        Assert.True(await Broker.DeleteAsync(Id, Audit));
        Assert.False(await Broker.DeleteAsync(Id, Audit));
        Assert.Empty(Directory.EnumerateFiles(Folder));
        var refused = await Assert.ThrowsAsync<QueueException>(() => SendAsync("a"));
        Assert.Equal((404, 10104, "Queue does not exist"), (refused.Status, refused.Code, refused.Message));
        Assert.True(await Broker.CreateAsync(Define(Name, Id), Audit));
        Assert.Equal(0, (await Broker.MetricsAsync(Name)).BacklogCount);
    }

    [Fact]
    public async Task Where_configurations_say_it_queues_are_made_when_they_are_named()
    {
        await ReopenAsync(options => options with { CreateMissing = true });
        await Broker.SendAsync("any name: even/this", [Message("a")]);
        Assert.Equal(1, (await Broker.MetricsAsync("any name: even/this")).BacklogCount);
    }

    [Fact]
    public async Task A_thousand_queues_share_the_files_that_may_be_open()
    {
        await ReopenAsync(options => options with { CreateMissing = true, OpenQueues = 8 });
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(number => Broker.SendAsync($"q{number}", [Message($"{number}")]).AsTask()));
        foreach (var number in (int[])[0, 500, 999]) Assert.Equal([$"{number}"], Texts(await LeaseAsync(id: $"q{number}", endsWithServer: true)));
        for (var number = 1; number < 20; number++) await Broker.MetricsAsync($"q{number}");

        // Its file was closed and opened again meanwhile: the consumer still has what it was given.
        Assert.Empty(await LeaseAsync(id: "q0"));
    }
}

using System.Net;
using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;

namespace Skep.Control.Tests.Queues;

/// <summary>Queues and their consumers, as wrangler manages them.</summary>
public sealed class QueueTests
{
    [Fact]
    public async Task A_queue_is_made_listed_changed_and_deleted()
    {
        await using var control = await TestControl.StartAsync();
        var made = await control.ResultAsync(HttpMethod.Post, "queues", TestControl.Json("""{ "queue_name": "jobs", "settings": { "delivery_delay": 5, "message_retention_period": 600 } }"""));
        var id = made["queue_id"]!.GetValue<string>();
        Assert.Equal("""{"delivery_delay":5,"delivery_paused":false,"message_retention_period":600}""", made["settings"]!.ToJsonString());
        await control.QueueAsync("other");
        Assert.Equal(["jobs", "other"], Names(await control.ResultAsync(HttpMethod.Get, "queues?page=1")));
        Assert.Equal(["jobs"], Names(await control.ResultAsync(HttpMethod.Get, "queues?page=1&name=jobs")));
        Assert.Equal(["jobs", "other"], Names(await control.ResultAsync(HttpMethod.Get, "queues?page=1&name=other&name=jobs&name=missing")));
        Assert.Empty(Names(await control.ResultAsync(HttpMethod.Get, "queues?page=1&name=job")));
        Assert.Empty(Names(await control.ResultAsync(HttpMethod.Get, "queues?page=2")));
        var changed = await control.ResultAsync(HttpMethod.Patch, $"queues/{id}", TestControl.Json("""{ "queue_name": "jobs", "settings": { "delivery_paused": true } }"""));
        Assert.Equal("""{"delivery_delay":5,"delivery_paused":true,"message_retention_period":600}""", changed["settings"]!.ToJsonString());
        await control.ResultOrNullAsync(HttpMethod.Delete, $"queues/{id}");
        Assert.Equal((11000, "Queue does not exist."), await control.ErrorAsync(HttpMethod.Get, $"queues/{id}"));
        Assert.Equal(["queue.delete", "queue.update", "queue.create", "queue.create"], (await control.Catalog.ListAuditAsync(10)).Select(entry => entry.Action).Where(action => action != "token.create"));
    }

    [Theory]
    [InlineData("""{ "queue_name": "a b" }""", 11003, "Invalid queue name \"a b\": use 1 to 63 letters, digits, hyphens and underscores, with no hyphen at either end.")]
    [InlineData("""{ "queue_name": "jobs" }""", 11009, "Queue name 'jobs' is already taken. Please use a different name and try again.")]
    [InlineData("""{ "queue_name": "new", "settings": { "delivery_delay": 86401 } }""", 11003, "Invalid delivery_delay of 86401: it must be a whole number from 0 to 86400.")]
    [InlineData("""{ "queue_name": "new", "settings": { "message_retention_period": 59 } }""", 11003, "Invalid message_retention_period of 59: it must be a whole number from 60 to 1209600.")]
    [InlineData("""{ }""", 10004, "\"queue_name\" is missing.")]
    public async Task What_cannot_be_made_is_refused(string body, int code, string message)
    {
        await using var control = await TestControl.StartAsync();
        await control.QueueAsync("jobs");
        Assert.Equal((code, message), await control.ErrorAsync(HttpMethod.Post, "queues", TestControl.Json(body)));
    }

    [Fact]
    public async Task A_Worker_becomes_the_consumer_and_its_deletion_ends_that()
    {
        await using var control = await TestControl.StartAsync();
        var id = await control.QueueAsync("jobs");
        const string Body = """{ "type": "worker", "script_name": "worker", "environment_name": "", "settings": { "batch_size": 7, "max_retries": 2, "max_wait_time_ms": 3000, "max_concurrency": 4, "retry_delay": 9 }, "dead_letter_queue": "letters" }""";
        Assert.Equal(10007, (await control.ErrorAsync(HttpMethod.Post, $"queues/{id}/consumers", TestControl.Json(Body))).Code);
        await control.DeployAsync("worker", bindings: """[{ "type": "queue", "name": "Q", "queue_name": "jobs", "delivery_delay": 3 }]""");
        var made = await control.ResultAsync(HttpMethod.Post, $"queues/{id}/consumers", TestControl.Json(Body));
        Assert.Equal(("worker", "worker", "letters"), (made["type"]!.GetValue<string>(), made["script"]!.GetValue<string>(), made["dead_letter_queue"]!.GetValue<string>()));
        Assert.Equal("""{"batch_size":7,"max_retries":2,"max_wait_time_ms":3000,"max_concurrency":4,"retry_delay":9}""", made["settings"]!.ToJsonString());
        Assert.Equal(
            (11004, "Queue 'jobs' already has a consumer: the Worker worker. Remove it first (wrangler queues consumer worker remove jobs worker)."),
            await control.ErrorAsync(HttpMethod.Post, $"queues/{id}/consumers", TestControl.Json(Body)));
        var listed = (await control.ResultAsync(HttpMethod.Get, "queues"))[0]!;
        Assert.Equal(("worker", 1, 1), (listed["producers"]![0]!["script"]!.GetValue<string>(), listed["producers_total_count"]!.GetValue<int>(), listed["consumers_total_count"]!.GetValue<int>()));
        // The dead letter queue has been made.
        Assert.Equal(["jobs", "letters"], Names(await control.ResultAsync(HttpMethod.Get, "queues")));
        var changed = await control.ResultAsync(HttpMethod.Put, $"queues/{id}/consumers/{made["consumer_id"]}", TestControl.Json("""{ "type": "worker", "script_name": "worker", "settings": {} }"""));
        Assert.Equal("""{"batch_size":10,"max_retries":3,"max_wait_time_ms":5000,"max_concurrency":null,"retry_delay":0}""", changed["settings"]!.ToJsonString());
        await control.ResultAsync(HttpMethod.Delete, "workers/scripts/worker");
        Assert.Null(control.Queues.Find(id)!.Consumer);
    }

    [Theory]
    [InlineData("""{ "type": "other" }""", "Invalid consumer type \"other\": it must be worker or http_pull.")]
    [InlineData("""{ "type": "http_pull", "settings": { "batch_size": 101 } }""", "Invalid batch_size of 101: it must be a whole number from 1 to 100.")]
    [InlineData("""{ "type": "http_pull", "settings": { "max_retries": 1.5 } }""", "Invalid max_retries of 1.5: it must be a whole number from 0 to 100.")]
    [InlineData("""{ "type": "http_pull", "dead_letter_queue": "jobs" }""", "A queue cannot be its own dead letter queue.")]
    public async Task A_consumer_out_of_bounds_is_refused(string body, string message)
    {
        await using var control = await TestControl.StartAsync();
        var id = await control.QueueAsync("jobs");
        Assert.Equal((11003, message), await control.ErrorAsync(HttpMethod.Post, $"queues/{id}/consumers", TestControl.Json(body)));
    }

    [Fact]
    public async Task A_version_that_sends_to_no_queue_is_refused()
    {
        await using var control = await TestControl.StartAsync();
        const string Bindings = """[{ "type": "queue", "name": "Q", "queue_name": "missing" }]""";
        Assert.Equal(
            (11000, "Queue \"missing\" does not exist. To create it, run: wrangler queues create missing"),
            await control.ErrorAsync(HttpMethod.Put, "workers/scripts/worker", TestControl.Upload(bindings: Bindings)));
        Assert.Equal(10004, (await control.ErrorAsync(HttpMethod.Put, "workers/scripts/worker", TestControl.Upload(bindings: """[{ "type": "queue", "name": "Q" }]"""))).Code);
        await control.QueueAsync("missing");
        await control.DeployAsync("worker", bindings: Bindings);
    }

    [Fact]
    public async Task A_queue_keeps_its_name_and_subscriptions_are_refused()
    {
        await using var control = await TestControl.StartAsync();
        var id = await control.QueueAsync("jobs");
        Assert.Equal(11003, (await control.ErrorAsync(HttpMethod.Patch, $"queues/{id}", TestControl.Json("""{ "queue_name": "renamed" }"""))).Code);
        Assert.Equal((10501, "Event subscriptions of queues: Skep does not have this yet."), await control.ErrorAsync(HttpMethod.Post, "event_subscriptions/subscriptions", TestControl.Json("{}")));
        Assert.Equal(11003, (await control.ErrorAsync(HttpMethod.Post, $"queues/{id}/purge", TestControl.Json("{}"))).Code);
    }

    [Fact]
    public async Task A_token_for_a_Worker_reaches_its_own_queues_only_as_deploy_does()
    {
        await using var control = await TestControl.StartAsync();
        var (mine, theirs) = (await control.QueueAsync("mine"), await control.QueueAsync("theirs"));
        await control.DeployAsync("worker", bindings: """[{ "type": "queue", "name": "Q", "queue_name": "mine" }]""");
        await control.DeployAsync("other");
        using var limited = control.ClientWith(await control.TokenAsync(TokenAccess.Edit, "worker"));
        Assert.Equal(["mine"], Names(await control.ResultAsync(HttpMethod.Get, "queues", client: limited)));
        await control.ResultAsync(HttpMethod.Put, "workers/scripts/worker", TestControl.Upload(bindings: """[{ "type": "queue", "name": "Q", "queue_name": "mine" }]"""), limited);
        await control.ResultAsync(HttpMethod.Post, $"queues/{mine}/consumers", TestControl.Json("""{ "type": "worker", "script_name": "worker" }"""), limited);
        foreach (var (method, path, body) in ((HttpMethod, string, string)[])
        [
            (HttpMethod.Post, "queues", """{ "queue_name": "new" }"""),
            (HttpMethod.Post, $"queues/{mine}/messages", """{ "body": 1 }"""),
            (HttpMethod.Post, $"queues/{mine}/messages/pull", "{}"),
            (HttpMethod.Delete, $"queues/{mine}", "{}"),
            (HttpMethod.Post, $"queues/{mine}/purge", """{ "delete_messages_permanently": true }"""),
            (HttpMethod.Post, $"queues/{theirs}/consumers", """{ "type": "worker", "script_name": "other" }"""),
            (HttpMethod.Post, $"queues/{theirs}/consumers", """{ "type": "http_pull" }"""),
        ])
        {
            Assert.Equal(10000, (await control.ErrorAsync(method, path, TestControl.Json(body), limited)).Code);
        }

        Assert.Equal(10000, (await control.ErrorAsync(HttpMethod.Put, "workers/scripts/worker", TestControl.Upload(bindings: """[{ "type": "queue", "name": "Q", "queue_name": "theirs" }]"""), limited)).Code);
        using var reader = control.ClientWith(await control.TokenAsync(TokenAccess.Read));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Forbidden), (
            (await control.CallAsync(HttpMethod.Get, $"queues/{mine}", client: reader)).Status,
            (await control.CallAsync(HttpMethod.Post, $"queues/{mine}/messages/pull", TestControl.Json("{}"), reader)).Status));
    }

    private static IEnumerable<string> Names(JsonNode queues) => queues.AsArray().Select(queue => queue!["queue_name"]!.GetValue<string>());
}

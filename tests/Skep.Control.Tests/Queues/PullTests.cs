using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Skep.Control.Tests.Queues;

/// <summary>Messages over HTTP.</summary>
public sealed class PullTests
{
    [Fact]
    public async Task Messages_are_sent_pulled_acknowledged_and_retried()
    {
        await using var control = await TestControl.StartAsync();
        var id = await PullableAsync(control);
        var sent = await control.ResultAsync(HttpMethod.Post, $"queues/{id}/messages", TestControl.Json("""{ "body": { "a": "é" } }"""));
        Assert.Equal(1, sent["metadata"]!["metrics"]!["backlog_count"]!.GetValue<int>());
        await control.ResultAsync(HttpMethod.Post, $"queues/{id}/messages/batch", TestControl.Json("""{ "delay_seconds": 5, "messages": [{ "body": "text", "content_type": "text", "delay_seconds": 0 }, { "body": null }] }"""));
        var pulled = await control.ResultAsync(HttpMethod.Post, $"queues/{id}/messages/pull", TestControl.Json("""{ "batch_size": 10, "visibility_timeout_ms": 60000 }"""));
        Assert.Equal(3, pulled["message_backlog_count"]!.GetValue<int>());
        var messages = pulled["messages"]!.AsArray();
        Assert.Equal(["""{"a":"\u00E9"}""", "text"], [Encoding.UTF8.GetString(Convert.FromBase64String(messages[0]!["body"]!.GetValue<string>())), messages[1]!["body"]!.GetValue<string>()]);
        Assert.Equal(["json", "text"], messages.Select(message => message!["metadata"]!["CF-Content-Type"]!.GetValue<string>()));
        Assert.All(messages, message => Assert.Equal(1, message!["attempts"]!.GetValue<int>()));
        Assert.Empty((await PullAsync(control, id)).AsArray());
        var settled = await control.ResultAsync(HttpMethod.Post, $"queues/{id}/messages/ack", TestControl.Json(
            $$"""{ "acks": [{ "lease_id": {{messages[0]!["lease_id"]!.ToJsonString()}} }, { "lease_id": "nonsense!" }], "retries": [{ "lease_id": {{messages[1]!["lease_id"]!.ToJsonString()}}, "delay_seconds": 0 }] }"""));
        Assert.Equal("""{"ackCount":1,"retryCount":1,"warnings":{"nonsense!":"It is no lease id of this queue."}}""", settled.ToJsonString());
        var again = Assert.Single((await PullAsync(control, id)).AsArray())!;
        Assert.Equal(("text", 2), (again["body"]!.GetValue<string>(), again["attempts"]!.GetValue<int>()));
        control.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("null", Encoding.UTF8.GetString(Convert.FromBase64String(Assert.Single((await PullAsync(control, id)).AsArray())!["body"]!.GetValue<string>())));
        Assert.Equal(2, (await control.ResultAsync(HttpMethod.Get, $"queues/{id}/metrics"))["backlog_count"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("messages", """{ "body": 1, "content_type": "bytes" }""", 10203, "message content type bytes is invalid; it must be one of 'json' or 'text'")]
    [InlineData("messages", """{ }""", 10207, "\"body\" is missing")]
    [InlineData("messages", """{ "body": 1, "delay_seconds": 90000 }""", 10203, "message delay 90000 is invalid: it must be between 0 and 86400 seconds")]
    [InlineData("messages/batch", """{ "messages": [] }""", 10206, "\"messages\" must have at least one message")]
    [InlineData("messages/batch", """{ "messages": [{ "body": 1 }], "delay_seconds": -1 }""", 10202, "message delay -1 is invalid: it must be between 0 and 86400 seconds")]
    [InlineData("messages/pull", """{ "batch_size": 0 }""", 11003, "Invalid batch_size of 0: it must be a whole number from 1 to 100.")]
    public async Task What_is_malformed_is_refused(string path, string body, int code, string message)
    {
        await using var control = await TestControl.StartAsync();
        var id = await PullableAsync(control);
        Assert.Equal((code, message), await control.ErrorAsync(HttpMethod.Post, $"queues/{id}/{path}", TestControl.Json(body)));
    }

    [Fact]
    public async Task Oversize_messages_are_refused()
    {
        await using var control = await TestControl.StartAsync();
        var id = await PullableAsync(control);
        var body = new JsonObject { ["body"] = new string('x', 128_001), ["content_type"] = "text" };
        Assert.Equal((10204, "message length of 128001 bytes exceeds limit of 128000"), await control.ErrorAsync(HttpMethod.Post, $"queues/{id}/messages", TestControl.Json(body.ToJsonString())));
        var many = new JsonObject { ["messages"] = new JsonArray([.. Enumerable.Range(0, 101).Select(number => new JsonObject { ["body"] = number.ToString(CultureInfo.InvariantCulture) })]) };
        Assert.Equal(10206, (await control.ErrorAsync(HttpMethod.Post, $"queues/{id}/messages/batch", TestControl.Json(many.ToJsonString()))).Code);
    }

    [Fact]
    public async Task Only_a_queue_for_it_is_pulled_from()
    {
        await using var control = await TestControl.StartAsync();
        var id = await control.QueueAsync("jobs");
        Assert.Equal(
            (11012, "Queue 'jobs' has no pull consumer. To enable it, run: wrangler queues consumer http add jobs"),
            await control.ErrorAsync(HttpMethod.Post, $"queues/{id}/messages/pull", TestControl.Json("{}")));
    }

    private static async Task<string> PullableAsync(TestControl control)
    {
        var id = await control.QueueAsync("jobs");
        await control.ResultAsync(HttpMethod.Post, $"queues/{id}/consumers", TestControl.Json("""{ "type": "http_pull", "settings": { "max_retries": 5 } }"""));
        return id;
    }

    private static async Task<JsonNode> PullAsync(TestControl control, string id) =>
        (await control.ResultAsync(HttpMethod.Post, $"queues/{id}/messages/pull", TestControl.Json("{}")))["messages"]!;
}

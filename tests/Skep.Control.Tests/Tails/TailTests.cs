using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Skep.Abstractions.Events;
using Skep.Abstractions.Tracing;

namespace Skep.Control.Tests.Tails;

public sealed class TailTests
{
    [Fact]
    public async Task An_invocation_is_shown_as_Cloudflare_does_without_secrets()
    {
        await using var control = await StartAsync();
        using var client = await TailClient.ConnectAsync(control);
        control.Tails.Publish(Trace(url: "https://a.example/0123456789abcdef0123456789abcdef") with
        {
            Logs = [new TraceLog(7, ConsoleLevel.Warn, """["hi",{"a":1}]""")],
            Exceptions = [new TraceException(8, "TypeError", "no", "    at f (index.js:1:1)")],
            Cpu = TimeSpan.FromMilliseconds(3.5),
            Wall = TimeSpan.FromMilliseconds(40),
            Outcome = InvocationOutcome.Exception,
        });
        Assert.Equal(
            """
            {"wallTime":40,"cpuTime":3,"truncated":false,"executionModel":"stateless","outcome":"exception","scriptVersion":{"id":"v1"},"scriptName":"hello","diagnosticsChannelEvents":[],"exceptions":[{"stack":"    at f (index.js:1:1)","name":"TypeError","message":"no","timestamp":8}],"logs":[{"message":["hi",{"a":1}],"level":"warn","timestamp":7}],"eventTimestamp":5,"event":{"request":{"url":"https://a.example/REDACTED","method":"GET","headers":{"x-a":"one, two","authorization":"REDACTED","cf-connecting-ip":"192.0.2.1"},"cf":{"colo":"SKP"}},"response":{"status":200}}}
            """.Trim(),
            (await client.ReceiveAsync()).ToJsonString());
    }

    [Fact]
    public async Task A_cron_event_has_its_expression()
    {
        await using var control = await StartAsync();
        using var client = await TailClient.ConnectAsync(control);
        control.Tails.Publish(Trace() with { Event = new ScheduledTraceEvent("* * * * *", 60_000) });
        Assert.Equal("""{"cron":"* * * * *","scheduledTime":60000}""", (await client.ReceiveAsync())["event"]!.ToJsonString());
    }

    [Theory]
    [InlineData("""[{ "outcome": ["exception", "unknown"] }]""", "exception,missing")]
    [InlineData("""[{ "method": ["post"] }]""", "post")]
    [InlineData("""[{ "header": { "key": "X-A", "query": "TWO" } }]""", "plain,exception,missing,said")]
    [InlineData("""[{ "header": { "key": "x-b" } }]""", "post")]
    [InlineData("""[{ "client_ip": ["self"] }]""", "post")]
    [InlineData("""[{ "client_ip": ["192.0.2.1"] }, { "outcome": ["ok"] }]""", "plain,said")]
    [InlineData("""[{ "query": "say \"it\"" }]""", "said")]
    [InlineData("""[{ "sampling_rate": 0 }]""", "")]
    [InlineData("""[{ "sampling_rate": 1, "scriptVersion": "V2" }]""", "cron")]
    public async Task Filters_are_applied_by_the_server(string filters, string shown)
    {
        await using var control = await StartAsync();
        using var client = await TailClient.ConnectAsync(control, filters);
        InvocationTrace[] traces =
        [
            Trace("plain"),
            Trace("exception") with { Outcome = InvocationOutcome.Exception },
            Trace("missing") with { Outcome = InvocationOutcome.ScriptNotFound },
            Trace("post") with { Event = new FetchTraceEvent("POST", "https://a.example/", ["x-b", "", "cf-connecting-ip", "127.0.0.1"], null, 200) },
            Trace("said") with { Logs = [new TraceLog(1, ConsoleLevel.Log, """["they say \"it\" all"]""")] },
            Trace("cron") with { Event = new ScheduledTraceEvent("* * * * *", 0), VersionId = "v2" },
        ];
        foreach (var trace in traces) control.Tails.Publish(trace);

        // The client asks for all: what comes then was behind what passed.
        await client.SendAsync("""{ "debug": true }""");
        var seen = new List<string>();
        var receiving = client.ReceiveAsync();
        while (true)
        {
            control.Tails.Publish(Trace("end") with { Outcome = InvocationOutcome.ExceededMemory, Event = new ScheduledTraceEvent("", 0), VersionId = "end" });
            if (await Task.WhenAny(receiving, Task.Delay(5, TestContext.Current.CancellationToken)) != receiving) continue;
            var name = (await receiving)["entrypoint"]!.GetValue<string>();
            if (name == "end") break;
            seen.Add(name);
            receiving = client.ReceiveAsync();
        }

        Assert.Equal(shown.Split(',', StringSplitOptions.RemoveEmptyEntries), seen);
    }

    [Theory]
    [InlineData("""[{ "colour": 1 }]""", "There is no tail filter \"colour\"")]
    [InlineData("""[{ "sampling_rate": 2 }]""", "\"sampling_rate\" must be a number from 0 to 1.")]
    [InlineData("""[{ "outcome": ["fine"] }]""", "There is no outcome \"fine\"")]
    [InlineData("""[{ "method": "GET" }]""", "\"method\" must be an array.")]
    [InlineData("""[{ "header": { } }]""", "\"key\" is missing.")]
    public async Task A_filter_that_means_nothing_is_refused(string filters, string reason)
    {
        await using var control = await StartAsync();
        var (_, message) = await control.ErrorAsync(HttpMethod.Post, "workers/scripts/hello/tails", TestControl.Json($$"""{ "filters": {{filters}} }"""));
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.False(control.Tails.DemandFor("hello").IsWanted);
    }

    [Fact]
    public async Task A_client_that_is_slow_misses_events_and_is_told()
    {
        await using var control = await StartAsync();
        var created = await control.ResultAsync(HttpMethod.Post, "workers/scripts/hello/tails", TestControl.Json("{}"));
        for (var i = 0; i < 1000; i++) control.Tails.Publish(Trace($"{i}"));
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("trace-v1");
        await socket.ConnectAsync(new Uri(created["url"]!.GetValue<string>()), TestContext.Current.CancellationToken);
        var messages = new List<string>();
        var buffer = new byte[64 << 10];
        while (messages.Count == 0 || !messages[^1].Contains("overload-stop", StringComparison.Ordinal))
        {
            var part = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
            messages.Add(Encoding.UTF8.GetString(buffer, 0, part.Count));
        }

        Assert.Contains("\"type\":\"overload\",\"message\":\"Tail is currently in sampling mode", messages[0], StringComparison.Ordinal);
        Assert.Equal(256 + 2, messages.Count);
    }

    [Fact]
    public async Task Traces_are_wanted_only_while_somebody_tails()
    {
        await using var control = await StartAsync();
        var demand = control.Tails.DemandFor("hello");
        Assert.False(demand.IsWanted);
        using (var client = await TailClient.ConnectAsync(control))
        {
            Assert.True(demand.IsWanted);
            await client.CloseAsync();
        }

        while (demand.IsWanted) await Task.Delay(1, TestContext.Current.CancellationToken);
        using var second = await TailClient.ConnectAsync(control);
        await control.ResultOrNullAsync(HttpMethod.Delete, $"workers/scripts/hello/tails/{second.Created["id"]}");
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, await second.ClosedAsync());
        Assert.False(demand.IsWanted);
    }

    [Fact]
    public async Task A_tail_expires()
    {
        await using var control = await StartAsync();
        // The last step is shorter than the silence after which a client is asked whether it is there.
        var last = TimeSpan.FromSeconds(10);
        using var client = await TailClient.ConnectAsync(control, later: TimeSpan.FromHours(6) - last);
        control.Time.Advance(last);
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, await client.ClosedAsync());
    }

    [Fact]
    public async Task There_are_ten_tails_of_a_script_and_those_that_nobody_connected_to_make_room()
    {
        await using var control = await StartAsync();
        for (var i = 0; i < 10; i++) await control.ResultAsync(HttpMethod.Post, "workers/scripts/hello/tails", TestControl.Json("{}"));
        var (code, message) = await control.ErrorAsync(HttpMethod.Post, "workers/scripts/hello/tails", TestControl.Json("{}"));
        Assert.Equal((10075, "hello is tailed by 10 clients already. End one of them first."), (code, message));
        control.Time.Advance(TimeSpan.FromMinutes(1));
        using var client = await TailClient.ConnectAsync(control);
    }

    [Fact]
    public async Task The_address_is_a_secret_that_is_good_for_one_client()
    {
        await using var control = await StartAsync();
        using var client = await TailClient.ConnectAsync(control);
        var url = new UriBuilder(client.Created["url"]!.GetValue<string>()) { Scheme = "http" };
        using var http = control.ClientWith(null);
        Assert.Equal(426, (int)(await http.GetAsync(url.Uri, TestContext.Current.CancellationToken)).StatusCode);
        using var second = new ClientWebSocket();
        second.Options.AddSubProtocol("trace-v1");
        await Assert.ThrowsAsync<WebSocketException>(() => second.ConnectAsync(new Uri(client.Created["url"]!.GetValue<string>()), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_first_frame_that_is_not_masked_is_taken_as_wrangler_sends_it_and_pings_are_answered()
    {
        await using var control = await StartAsync();
        var url = new Uri((await control.ResultAsync(HttpMethod.Post, "workers/scripts/hello/tails", TestControl.Json("""{ "filters": [{ "method": ["PUT"] }] }""")))["url"]!.GetValue<string>());
        using var client = new TcpClient();
        await client.ConnectAsync(url.Host, url.Port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {url.AbsolutePath} HTTP/1.1\r\nHost: {url.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: trace-v1\r\n\r\n"), TestContext.Current.CancellationToken);
        var head = "";
        while (!head.EndsWith("\r\n\r\n", StringComparison.Ordinal)) head += (char)stream.ReadByte();
        Assert.Contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", head, StringComparison.Ordinal);

        byte[] debug = [0x81, 14, .. """{"debug":true}"""u8], ping = [0x89, 0x82, 1, 2, 3, 4, (byte)'h' ^ 1, (byte)'i' ^ 2];
        await stream.WriteAsync((byte[])[.. debug, .. ping], TestContext.Current.CancellationToken);
        var pong = new byte[4];
        await stream.ReadExactlyAsync(pong, TestContext.Current.CancellationToken);
        Assert.Equal([0x8A, 2, (byte)'h', (byte)'i'], pong);
        control.Tails.Publish(Trace("got"));
        var frame = new byte[2];
        await stream.ReadExactlyAsync(frame, TestContext.Current.CancellationToken);
        Assert.Equal([0x81, 126], frame);
    }

    private static async Task<TestControl> StartAsync()
    {
        var control = await TestControl.StartAsync();
        await control.DeployAsync("hello");
        return control;
    }

    private static InvocationTrace Trace(string? entrypoint = null, string url = "https://a.example/") => new()
    {
        ScriptName = "hello",
        VersionId = "v1",
        Entrypoint = entrypoint,
        EventTimestamp = 5,
        Outcome = InvocationOutcome.Ok,
        Event = new FetchTraceEvent("GET", url, ["x-a", "one", "authorization", "Bearer x", "x-a", "two", "cf-connecting-ip", "192.0.2.1"], """{"colo":"SKP"}""", 200),
    };
}

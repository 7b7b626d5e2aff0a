using System.Globalization;
using System.Text;
using Skep.Abstractions.Events;
using Skep.Abstractions.Queues;
using Skep.Abstractions.Tracing;
using Skep.Abstractions.Workers;
using Skep.Testing;

namespace Skep.Runtime.Tests.Queues;

/// <summary>Batches of messages, and what handlers say of them.</summary>
public sealed class QueueHandlerTests
{
    [Fact]
    public async Task The_handler_sees_queue_messages_and_metadata()
    {
        await using var worker = await StartAsync(
            """
            console.log(batch.queue, batch.messages.length, JSON.stringify(batch.metadata), typeof ctx.waitUntil);
            for (const { id, timestamp, attempts, body } of batch.messages) console.log(id, timestamp.getTime(), attempts, JSON.stringify(body));
            console.log(JSON.stringify(batch.messages[0]), Object.prototype.toString.call(batch), Object.prototype.toString.call(batch.messages[0]));
            """);
        var result = await worker.QueueAsync("""{"a":"é"}""", "2");
        Assert.Equal((InvocationOutcome.Ok, "1 ack; 2 ack"), (result.Summary.Outcome, Text(result)));
        Assert.Equal(
            [
                """jobs 2 {"metrics":{"backlogCount":7,"backlogBytes":70,"oldestMessageTimestamp":"1970-01-01T00:00:04.000Z"}} function""",
                """1 5000 1 {"a":"é"}""",
                "2 5000 1 2",
                """{"id":"1","timestamp":"1970-01-01T00:00:05.000Z","body":{"a":"é"},"attempts":1} [object QueueController] [object QueueMessage]""",
            ],
            worker.Observer.Lines);
    }

    [Fact]
    public async Task Bodies_have_the_type_that_they_were_sent_with()
    {
        FakeQueues queues = new();
        await using var sender = await TestWorker.StartAsync(
            new WorkerVersion
            {
                Name = "sender",
                MainModule = "main.js",
                Modules = [TestWorker.Module("main.js", "export default { async fetch(request, env) { await env.Q.send(new Map([[1, new Date(5)]]), { contentType: 'v8' }); await env.Q.send(new Uint8Array([1, 2]), { contentType: 'bytes' }); await env.Q.send('text', { contentType: 'text' }); return new Response() } }")],
                Bindings = [new QueueBinding("Q", "jobs")],
            },
            services => services with { Queues = queues });
        await sender.GetAsync();
        await using var worker = await StartAsync("const [map, bytes, text] = batch.messages.map((message) => message.body); console.log(map instanceof Map, map.get(1).getTime(), bytes instanceof Uint8Array, [...bytes], text)");
        await worker.QueueAsync([.. queues.Of("jobs").Select((sent, place) => new QueueMessage($"{place}", 0, 1, sent.ContentType, sent.Body) { Sequence = place })]);
        Assert.Equal(["true 5 true 1,2 text"], worker.Observer.Lines.Select(line => line.Replace("[ 1, 2 ]", "1,2", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("", "1 ack; 2 ack; 3 ack")]
    [InlineData("m[0].retry()", "1 retry; 2 ack; 3 ack")]
    [InlineData("m[0].retry({ delaySeconds: 5 }); m[1].retry({ delaySeconds: 0 })", "1 retry 5; 2 retry 0; 3 ack")]
    [InlineData("batch.retryAll({ delaySeconds: 9 })", "1 retry 9; 2 retry 9; 3 retry 9")]
    [InlineData("m[1].ack(); batch.retryAll()", "1 retry; 2 ack; 3 retry")]
    [InlineData("m[1].retry({ delaySeconds: 4 }); batch.ackAll()", "1 ack; 2 retry 4; 3 ack")]
    [InlineData("m[0].ack(); m[0].retry(); m[1].retry(); m[1].ack()", "1 ack; 2 retry; 3 ack")]
    [InlineData("batch.ackAll(); batch.retryAll(); m[0].retry()", "1 ack; 2 ack; 3 ack")]
    [InlineData("batch.retryAll(); batch.ackAll(); m[0].ack()", "1 retry; 2 retry; 3 retry")]
    [InlineData("m[2].ack(); throw new Error('no')", "1 retry; 2 retry; 3 ack")]
    [InlineData("batch.ackAll(); throw new Error('no')", "1 ack; 2 ack; 3 ack")]
    [InlineData("m[0].ack(); await Promise.reject(new Error('no'))", "1 ack; 2 retry; 3 retry")]
    [InlineData("m[0].ack(); ctx.waitUntil(Promise.reject(new Error('no')))", "1 ack; 2 retry; 3 retry")]
    public async Task What_is_said_first_of_a_message_counts(string body, string verdicts)
    {
        await using var worker = await StartAsync($"const m = batch.messages; {body}");
        Assert.Equal(verdicts, Text(await worker.QueueAsync("1", "2", "3")));
    }

    [Fact]
    public async Task What_was_acknowledged_before_the_CPU_limit_stays_so()
    {
        await using var worker = await StartAsync("batch.messages[0].ack(); for (;;);", limits: WorkerLimits.Default.WithCpuTime(TimeSpan.FromMilliseconds(50)));
        var result = await worker.QueueAsync("1", "2");
        Assert.Equal((InvocationOutcome.ExceededCpu, "1 ack; 2 retry"), (result.Summary.Outcome, Text(result)));
    }

    [Fact]
    public async Task A_handler_has_limited_time()
    {
        await using var worker = await StartAsync("batch.messages[0].ack(); await scheduler.wait(1e6)", limits: WorkerLimits.Default with { EventWallTime = TimeSpan.FromMilliseconds(50) });
        var result = await worker.QueueAsync("1", "2");
        Assert.Equal((InvocationOutcome.ExceededWallTime, "Worker exceeded wall time limit.", "1 ack; 2 retry"), (result.Summary.Outcome, result.Summary.Error?.Message, Text(result)));
    }

    [Theory]
    [InlineData("await new Promise(() => {})")]
    [InlineData("ctx.waitUntil(new Promise(() => {}))")]
    public async Task What_can_never_end_fails(string body)
    {
        await using var worker = await StartAsync(body);
        var result = await worker.QueueAsync("1");
        Assert.Equal((InvocationOutcome.Exception, "Error: The queue handler waits for something that will never happen.", "1 retry"), (result.Summary.Outcome, result.Summary.Error?.Message, Text(result)));
    }

    [Fact]
    public async Task A_batch_can_be_settled_before_its_last_waitUntil_promise()
    {
        await using var worker = await TestWorker.StartAsync(
            """
            let release;
            export default {
                fetch() { release(); return new Response() },
                queue(batch, env, ctx) { ctx.waitUntil(Promise.race([new Promise((r) => { release = r }), scheduler.wait(1e6)]).then(() => console.log('done'))) }
            }
            """,
            runtime: TestRuntime.OneIsolate,
            with: version => version with { CompatibilityFlags = ["queue_consumer_no_wait_for_wait_until"] });
        Assert.Equal("1 ack", Text(await worker.QueueAsync("1")));
        Assert.Empty(worker.Observer.Lines);
        await worker.GetAsync();
        await worker.Worker.DrainAsync();
        Assert.Equal(["done"], worker.Observer.Lines);
    }

    [Fact]
    public async Task Entrypoint_classes_have_the_handler_too()
    {
        await using var worker = await TestWorker.StartAsync(
            """
            import { WorkerEntrypoint } from "cloudflare:workers";
            export class Named extends WorkerEntrypoint { async queue(batch) { batch.retryAll({ delaySeconds: 1 }); console.log(typeof this.env, typeof this.ctx.waitUntil) } }
            export default class extends WorkerEntrypoint { queue(batch) { batch.messages[0].retry() } }
            """);
        Assert.Equal("1 retry; 2 ack", Text(await worker.QueueAsync("1", "2")));
        QueueMessage message = new("1", 0, 1, QueueContentType.Text, "a"u8.ToArray()) { Sequence = 1 };
        Assert.Equal("1 retry 1", Text(await worker.QueueAsync([message], "Named")));
        Assert.Equal(["object function"], worker.Observer.Lines);
        Assert.Equal(["queue", "Named.queue"], worker.Worker.Handlers.Order(StringComparer.Ordinal).Reverse());
    }

    [Fact]
    public async Task Service_worker_syntax_has_an_event()
    {
        await using var worker = await TestWorker.StartAsync(
            """
            addEventListener('queue', (event) => {
                event.messages[0].retry();
                event.waitUntil((async () => console.log(event.type, event.queue, event.messages.length, event.metadata.metrics.backlogCount, event.messages[0].body))());
            });
            """,
            with: version => version with { Syntax = ScriptSyntax.ServiceWorker });
        Assert.Equal("1 retry; 2 ack", Text(await worker.QueueAsync("\"a\"", "2")));
        Assert.Equal(["queue jobs 2 7 a"], worker.Observer.Lines);
    }

    [Fact]
    public async Task A_worker_without_the_handler_says_so()
    {
        await using var worker = await TestWorker.HandlingAsync("return new Response()");
        var result = await worker.QueueAsync("1");
        Assert.Equal(("TypeError: Handler does not export a queue() function.", "1 retry"), (result.Summary.Error?.Message, Text(result)));
    }

    [Fact]
    public async Task Bodies_that_cannot_be_read_fail_the_batch()
    {
        await using var worker = await StartAsync("");
        var result = await worker.QueueAsync("not JSON");
        Assert.Equal((InvocationOutcome.Exception, "1 retry"), (result.Summary.Outcome, Text(result)));
        Assert.StartsWith("SyntaxError", result.Summary.Error?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_cannot_be_settled_in_another_event()
    {
        await using var worker = await TestWorker.StartAsync(
            "let kept; export default { queue(batch) { kept ??= batch.messages[0]; }, fetch() { try { kept.ack(); return new Response('acked') } catch (error) { return new Response(error.message) } } }", runtime: TestRuntime.OneIsolate);
        await worker.QueueAsync("1");
        Assert.Contains("Cannot perform I/O on behalf of a different request", (await worker.GetAsync()).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_is_traced_and_counted()
    {
        RecordingTraces traces = new();
        Abstractions.Metering.WorkerMeter meter = new("test", "1");
        await using var worker = await TestWorker.StartAsync(
            new WorkerVersion { Name = "test", MainModule = "main.js", Modules = [TestWorker.Module("main.js", "export default { queue(batch) { batch.messages[0].retry(); console.log('x') } }")] },
            services => services with { Traces = traces, Meters = new OneMeter(meter) });
        await worker.QueueAsync("1", $"\"{new string('x', 70_000)}\"");
        var trace = Assert.Single(traces.All);
        Assert.Equal((new QueueTraceEvent("jobs", 2), InvocationOutcome.Ok), ((QueueTraceEvent)trace.Event, trace.Outcome));
        // Read: one, and two of 64 KB; deleted: the second.
        Assert.Equal(5, meter.Read()["queue.operations"]);
    }

    [Fact]
    public async Task A_cron_trigger_an_hour_apart_has_more_CPU_time()
    {
        var limits = WorkerLimits.Default with { CpuTime = TimeSpan.FromMilliseconds(50), HourlyCpuTime = TimeSpan.FromSeconds(100) };
        await using var worker = await TestWorker.StartAsync("export default { scheduled() { const until = 3e7; for (let i = 0, s = 0; i < until; i++) s += Math.sqrt(i * 3 % 7) + String(i).length; } }", limits);
        Assert.Equal(InvocationOutcome.ExceededCpu, (await worker.ScheduledAsync("*/59 * * * *")).Outcome);
        Assert.Equal(InvocationOutcome.Ok, (await worker.ScheduledAsync("0 * * * *")).Outcome);
    }

    private static Task<TestWorker> StartAsync(string body, WorkerLimits? limits = null) =>
        TestWorker.StartAsync($$"""export default { async queue(batch, env, ctx) { {{body}} } }""", limits);

    private static string Text(QueueResult result) => string.Join("; ", result.Settlements.Select(each =>
        string.Create(CultureInfo.InvariantCulture, $"{each.Sequence} {each.Verdict.ToString().ToLowerInvariant()}{(each.DelaySeconds is { } delay ? $" {delay}" : "")}")));

    private sealed class OneMeter(Abstractions.Metering.WorkerMeter meter) : Abstractions.Metering.IWorkerMeters
    {
        public Abstractions.Metering.WorkerMeter MeterFor(string script, string versionId) => meter;

        public void Retire(Abstractions.Metering.WorkerMeter retired)
        {
        }
    }
}

using System.Text;
using Skep.Abstractions.Queues;
using Skep.Abstractions.Workers;
using Skep.Testing;

namespace Skep.Runtime.Tests.Queues;

/// <summary>What reaches a queue of what a worker sends, and what is refused before. The methods themselves are tried in tests/workers/queues.</summary>
public sealed class ProducerTests
{
    private readonly FakeQueues _queues = new();

    [Fact]
    public async Task Bodies_are_written_in_their_content_type()
    {
        await using var worker = await StartAsync(
            "await env.Q.send({ a: 'é' }); await env.Q.send('é', { contentType: 'text' }); await env.Q.send(new Uint8Array([0, 1, 2, 3]).subarray(1, 3), { contentType: 'bytes' })");
        Assert.Equal("200 ok", (await worker.GetAsync()).ToString());
        Assert.Equal(
            [("{\"a\":\"é\"}", QueueContentType.Json), ("é", QueueContentType.Text), ("\u0001\u0002", QueueContentType.Bytes)],
            _queues.Of("jobs").Select(message => (Encoding.UTF8.GetString(message.Body.Span), message.ContentType)));
    }

    [Fact]
    public async Task Before_March_2024_a_body_is_cloned_unless_it_is_said_otherwise()
    {
        await using var worker = await StartAsync("await env.Q.send(new Date(5)); await env.Q.sendBatch([{ body: 1 }, { body: 2, contentType: 'json' }])", date: "2024-03-17");
        Assert.Equal("200 ok", (await worker.GetAsync()).ToString());
        Assert.Equal([QueueContentType.V8, QueueContentType.V8, QueueContentType.Json], _queues.Of("jobs").Select(message => message.ContentType));
    }

    [Theory]
    [InlineData("await env.Q.send(1)", 60)]
    [InlineData("await env.Q.send(1, { delaySeconds: 0 })", 0)]
    [InlineData("await env.Q.send(1, { delaySeconds: 7 })", 7)]
    [InlineData("await env.Q.sendBatch([{ body: 1 }])", 60)]
    [InlineData("await env.Q.sendBatch([{ body: 1 }], { delaySeconds: 8 })", 8)]
    [InlineData("await env.Q.sendBatch([{ body: 1, delaySeconds: 9 }], { delaySeconds: 8 })", 9)]
    public async Task The_nearest_delay_counts(string body, int delay)
    {
        await using var worker = await StartAsync(body, new QueueBinding("Q", "jobs", 60));
        Assert.Equal("200 ok", (await worker.GetAsync()).ToString());
        Assert.Equal(delay, Assert.Single(_queues.Of("jobs")).DelaySeconds);
    }

    [Theory]
    [InlineData("await env.Q.send('x'.repeat(128001), { contentType: 'text' })", "message length of 128001 bytes exceeds limit of 128000 (10204)")]
    [InlineData("await env.Q.sendBatch(Array(101).fill({ body: 1 }))", "batch message count of 101 exceeds limit of 100 (10206)")]
    [InlineData("await env.Q.sendBatch(Array(3).fill({ body: 'x'.repeat(100000), contentType: 'text' }))", "batch size of 300000 bytes exceeds limit of 256000 (10205)")]
    [InlineData("await env.Q.sendBatch([{ body: 'x'.repeat(128001), contentType: 'text' }])", "message in batch has length 128001 bytes which exceeds single message size limit of 128000 (10204)")]
    [InlineData("await env.Q.send(1, { delaySeconds: 86401 })", "message delay 86401 is invalid: it must be between 0 and 86400 seconds (10203)")]
    [InlineData("await env.Q.sendBatch([{ body: 1 }], { delaySeconds: -1 })", "message delay -1 is invalid: it must be between 0 and 86400 seconds (10202)")]
    public async Task What_is_beyond_a_limit_is_refused(string body, string message)
    {
        await using var worker = await StartAsync(body);
        Assert.Equal($"200 Error: {message}", (await worker.GetAsync()).ToString());
        Assert.Empty(_queues.Of("jobs"));
    }

    [Theory]
    [InlineData("2026-03-11", "await env.Q.send(1)", "Queue send failed: Queue does not exist")]
    [InlineData("2026-03-11", "await env.Q.sendBatch([{ body: 1 }])", "Queue sendBatch failed: Queue does not exist")]
    [InlineData("2026-03-12", "await env.Q.send(1)", "Queue does not exist (10104)")]
    [InlineData("2026-03-11", "await env.Q.metrics()", "Queue does not exist (10104)")]
    public async Task A_refusal_says_why(string date, string body, string message)
    {
        _queues.Failure = QueueException.NoQueue();
        await using var worker = await StartAsync(body, date: date);
        Assert.Equal($"200 Error: {message}", (await worker.GetAsync()).ToString());
    }

    private Task<TestWorker> StartAsync(string body, QueueBinding? binding = null, string date = "2026-11-01") => TestWorker.StartAsync(
        new WorkerVersion
        {
            Name = "test",
            MainModule = "main.js",
            Modules = [TestWorker.Module("main.js", $$"""export default { async fetch(request, env) { try { {{body}}; return new Response('ok') } catch (error) { return new Response(`${error.name}: ${error.message}`) } } }""")],
            Bindings = [binding ?? new QueueBinding("Q", "jobs")],
            CompatibilityDate = date,
        },
        services => services with { Queues = _queues });
}

using Skep.Abstractions.Events;
using Skep.Testing;

namespace Skep.Runtime.Tests.Hostile;

/// <summary>Responses that never come or never end, clients that are slow or send without an end: nobody else waits, and memory is bounded.</summary>
public sealed class BodyTests
{
    private const string Hung = "1101 Error: The Workers runtime canceled this request because it detected that your Worker's code had hung";

    [Theory]
    [InlineData("await new Promise(() => {})")]
    [InlineData("return new Promise(() => {})")]
    [InlineData("return { then() {} }")]
    [InlineData("await new Response(new ReadableStream()).text()")]
    [InlineData("return new Response(new ReadableStream())")]
    [InlineData("return new Response(new ReadableStream({ pull: () => new Promise(() => {}) }))")]
    [InlineData("return new Response(new TransformStream().readable)")]
    [InlineData("const c = new MessageChannel(); await new Promise((r) => { c.port1.onmessage = r })")]
    [InlineData("await new Promise((r) => request.signal.addEventListener('abort', r))")]
    public async Task A_response_that_nothing_can_produce_is_an_error_at_once(string body) =>
        Assert.StartsWith(Hung, await Offence.CommitAsync(body), StringComparison.Ordinal);

    [Fact]
    public async Task A_body_without_an_end_goes_as_fast_as_its_client_reads_and_ends_with_it()
    {
        SlowClient client = new(window: 16 << 10);
        await using var worker = await TestWorker.HandlingAsync(
            """
            if (request.url.endsWith('/count')) return new Response(pulled);
            return new Response(new ReadableStream({ pull(c) { pulled++; c.enqueue(new Uint8Array(1024)) } }));
            """,
            runtime: TestRuntime.OneIsolate,
            global: "let pulled = 0");
        TestRequest request = new(client: client);
        worker.Worker.Fetch(request);
        await client.ReadAsync();
        // What was sent at first (512 chunks), what is kept for a slow client (128) and the streams' queues: no more, however long it is not read.
        var pulled = int.Parse((await worker.GetAsync("/count")).Text, System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(pulled, 1, 700);
        request.Abort();
        Assert.Equal(InvocationOutcome.Canceled, (await request.Response).Summary.Outcome);
    }

    [Fact]
    public async Task An_upload_without_an_end_is_read_only_as_fast_as_the_worker_wants()
    {
        EndlessStream upload = new();
        await using var worker = await TestWorker.HandlingAsync("const reader = request.body.getReader(); for (let i = 0; i < 3; i++) await reader.read(); return new Response('enough')");
        var response = await worker.SendAsync(new TestRequest("/", "POST") { BodyStream = upload });
        Assert.Equal("200 enough", response.ToString());
        Assert.InRange(upload.Given, 1, 1 << 20);
    }

    [Fact]
    public async Task An_upload_that_does_not_fit_into_memory_is_refused()
    {
        await using var neighbour = await Neighbour.StartAsync();
        await using var worker = await TestWorker.HandlingAsync("await request.arrayBuffer(); return new Response('read')");
        var response = await worker.SendAsync(new TestRequest("/", "POST") { BodyStream = new EndlessStream() });
        Assert.StartsWith("110", response.ToString(), StringComparison.Ordinal);
    }

    private sealed class EndlessStream : MemoryStream
    {
        public long Given { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Given += buffer.Length;
            return ValueTask.FromResult(buffer.Length);
        }
    }
}

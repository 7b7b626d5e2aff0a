using Skep.Abstractions.Events;
using Skep.Testing;

namespace Skep.Runtime.Tests.Workers;

/// <summary>What goes on after the response.</summary>
public sealed class WaitUntilTests
{
    private const string TooLong = "waitUntil() tasks did not complete within the allowed time";

    [Fact]
    public async Task The_response_does_not_wait_for_it()
    {
        ManualTime time = new();
        await using var runtime = TestRuntime.New(time);
        var worker = await TestWorker.HandlingAsync("ctx.waitUntil(scheduler.wait(10_000).then(() => console.log('later'))); return new Response('now')", runtime: runtime);
        Assert.Equal("200 now", (await worker.GetAsync()).ToString());
        var disposed = worker.DisposeAsync().AsTask();
        Assert.False(disposed.IsCompleted);
        Assert.Empty(worker.Observer.Lines);
        time.Advance(TimeSpan.FromSeconds(10));
        await disposed;
        Assert.Equal(["later"], worker.Observer.Lines);
    }

    [Fact]
    public async Task It_is_cut_off_thirty_seconds_after_the_response()
    {
        ManualTime time = new();
        await using var runtime = TestRuntime.New(time);
        var worker = await TestWorker.HandlingAsync("ctx.waitUntil((async () => { for (;;) { await scheduler.wait(1000); console.log('tick') } })()); return new Response('now')", runtime: runtime);
        Assert.Equal("200 now", (await worker.GetAsync()).ToString());
        var disposed = worker.DisposeAsync().AsTask();
        time.Advance(TimeSpan.FromSeconds(29.5));
        Assert.False(disposed.IsCompleted);
        Assert.Equal(29, worker.Observer.Lines.Count(line => line == "tick"));
        time.Advance(TimeSpan.FromSeconds(100));
        await disposed;
        Assert.InRange(worker.Observer.Lines.Count(line => line == "tick"), 29, 30);
        Assert.Contains(worker.Observer.Messages, message => message.Level == ConsoleLevel.Warn && message.Text.StartsWith(TooLong, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Thirty_seconds_begin_when_the_client_leaves()
    {
        ManualTime time = new();
        await using var runtime = TestRuntime.New(time);
        var worker = await TestWorker.HandlingAsync("ctx.waitUntil(scheduler.wait(1e6)); await scheduler.wait(1e6)", runtime: runtime);
        TestRequest request = new();
        worker.Worker.Fetch(request);
        time.Advance(TimeSpan.FromSeconds(100));
        Assert.Empty(worker.Observer.Lines);
        request.Abort();
        Assert.Equal(InvocationOutcome.Canceled, (await request.Response).Summary.Outcome);
        var disposed = worker.DisposeAsync().AsTask();
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(disposed.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        await disposed;
        Assert.StartsWith(TooLong, Assert.Single(worker.Observer.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rejection_is_reported_and_harms_nothing()
    {
        await using var worker = await TestWorker.HandlingAsync("ctx.waitUntil(Promise.reject(new Error('background'))); return new Response('fine')");
        Assert.Equal("200 fine", (await worker.GetAsync()).ToString());
        Assert.Equal("Error: background", Assert.Single(worker.Observer.Errors).Message);
    }

    [Fact]
    public async Task A_promise_that_nothing_can_settle_is_given_up_at_once()
    {
        var worker = await TestWorker.HandlingAsync("ctx.waitUntil(new Promise(() => {})); return new Response('fine')");
        Assert.Equal("200 fine", (await worker.GetAsync()).ToString());
        await worker.DisposeAsync();
        Assert.StartsWith("A promise given to waitUntil() will never settle", Assert.Single(worker.Observer.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_request_can_still_be_read()
    {
        await using var worker = await TestWorker.HandlingAsync("ctx.waitUntil(scheduler.wait(1).then(() => console.log(request.method, request.url, request.headers.get('x-a')))); return new Response()");
        await worker.SendAsync(new TestRequest("/path", "POST") { Headers = ["x-a", "1"] });
        await worker.DisposeAsync();
        Assert.Equal(["POST http://example.com/path 1"], worker.Observer.Lines);
    }

    [Fact]
    public async Task The_module_s_function_belongs_to_the_event_it_is_called_in()
    {
        var worker = await TestWorker.StartAsync(
            """
            import { waitUntil } from "cloudflare:workers";
            export default { async fetch() { await scheduler.wait(1); waitUntil(scheduler.wait(1).then(() => console.log('later'))); return new Response('now') } }
            """);
        Assert.Equal("200 now", (await worker.GetAsync()).ToString());
        await worker.DisposeAsync();
        Assert.Equal(["later"], worker.Observer.Lines);
    }
}

using Skep.Abstractions.Events;
using Skep.Testing;

namespace Skep.Runtime.Tests.Fetch;

/// <summary>A client that leaves before its answer.</summary>
public sealed class ClientAbortTests
{
    [Fact]
    public async Task The_request_s_signal_fires()
    {
        await using var worker = await TestWorker.HandlingAsync(
            """
            const gone = new Promise((resolve) => request.signal.addEventListener('abort', () => resolve(request.signal.reason.name)));
            ctx.waitUntil(gone.then((name) => console.log(name)));
            await scheduler.wait(1e6);
            """);
        TestRequest request = new();
        worker.Worker.Fetch(request);
        request.Abort();
        var response = await request.Response;
        Assert.Equal(InvocationOutcome.Canceled, response.Summary.Outcome);
        Assert.Equal("1101 The client disconnected.", response.ToString());
        Assert.Equal(["AbortError"], worker.Observer.Lines);
    }

    [Fact]
    public async Task A_signal_looked_at_too_late_has_fired()
    {
        await using var worker = await TestWorker.HandlingAsync(
            "if (request.url.endsWith('release')) { release(); return new Response() } ctx.waitUntil(gate.then(() => console.log(request.signal.aborted))); await scheduler.wait(1e6)",
            runtime: TestRuntime.OneIsolate,
            global: "let release; const gate = Promise.race([new Promise((r) => { release = r })])");
        TestRequest request = new();
        worker.Worker.Fetch(request);
        request.Abort();
        await request.Response;
        Assert.Equal("200 ", (await worker.GetAsync("/release")).ToString());
        Assert.Equal(["true"], worker.Observer.Lines);
    }

    [Fact]
    public async Task Its_subrequests_are_given_up()
    {
        TaskCompletionSource asked = new(), givenUp = new();
        FakeChannel channel = new(async (_, cancellation) =>
        {
            await using var registration = cancellation.Register(givenUp.SetResult);
            asked.SetResult();
            await Task.Delay(Timeout.Infinite, cancellation);
            return new FakeResponse("");
        });
        await using var worker = await TestWorker.HandlingAsync("return fetch('http://origin/')", channel: channel);
        TestRequest request = new();
        worker.Worker.Fetch(request);
        await asked.Task;
        request.Abort();
        Assert.Equal(InvocationOutcome.Canceled, (await request.Response).Summary.Outcome);
        await givenUp.Task.WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_stream_that_nobody_reads_any_more_is_cancelled()
    {
        SlowClient client = new(window: 1024);
        await using var worker = await TestWorker.HandlingAsync(
            """
            ctx.waitUntil(new Promise((resolve) => { cancelled = resolve }));
            return new Response(new ReadableStream({ pull(c) { c.enqueue(new Uint8Array(4096)) }, cancel() { console.log('cancelled'); cancelled() } }));
            """,
            global: "let cancelled");
        TestRequest request = new(client: client);
        worker.Worker.Fetch(request);
        await client.ReadAsync();
        request.Abort();
        Assert.Equal(InvocationOutcome.Canceled, (await request.Response).Summary.Outcome);
        await worker.DisposeAsync();
        Assert.Equal(["cancelled"], worker.Observer.Lines);
    }

    [Fact]
    public async Task A_request_that_was_still_waiting_is_not_started()
    {
        await using var worker = await TestWorker.HandlingAsync(
            "request.headers.get('x'); console.log(new URL(request.url).pathname); return new Response('fine')", runtime: TestRuntime.OneIsolate);
        using HeldTurn held = new();
        var busy = held.Begin(worker, "/busy");
        await held.Entered;
        TestRequest leaves = new("/leaves"), stays = new("/stays");
        worker.Worker.Fetch(leaves);
        worker.Worker.Fetch(stays);
        leaves.Abort();
        held.Release();
        Assert.Equal("200 fine", (await busy).ToString());
        Assert.Equal(InvocationOutcome.Canceled, (await leaves.Response).Summary.Outcome);
        Assert.Equal("200 fine", (await stays.Response).ToString());
        await worker.DisposeAsync();
        Assert.Equal(["/busy", "/stays"], worker.Observer.Lines);
    }
}

using Skep.Abstractions.Events;
using Skep.Testing;

namespace Skep.Runtime.Tests.Workers;

/// <summary>The end of a version, and of the runtime.</summary>
public sealed class DrainTests
{
    [Fact]
    public async Task Every_request_under_way_ends_first()
    {
        await using var runtime = TestRuntime.New(new ManualTime());
        var worker = await TestWorker.HandlingAsync(
            "if (request.url.endsWith('release')) release(); else await Promise.race([gate, scheduler.wait(1e6)]); return new Response('fine')",
            runtime: runtime,
            global: "let release; const gate = new Promise((r) => { release = r })");
        TestRequest request = new();
        worker.Worker.Fetch(request);
        var drained = worker.Worker.DrainAsync();
        Assert.False(drained.IsCompleted);
        // Whoever still holds the version is served too.
        Assert.Equal("200 fine", (await worker.GetAsync("/release")).ToString());
        Assert.Equal("200 fine", (await request.Response).ToString());
        await drained;
        Assert.Empty(worker.Isolates);
    }

    [Fact]
    public async Task An_idle_worker_is_drained_at_once()
    {
        var worker = await TestWorker.HandlingAsync("return new Response('fine')");
        await worker.GetAsync();
        await worker.DisposeAsync();
        Assert.Empty(worker.Isolates);
    }

    [Fact]
    public async Task The_runtime_s_end_cuts_short_what_takes_too_long()
    {
        ManualTime time = new();
        var runtime = TestRuntime.New(time, options => options with { DrainGrace = TimeSpan.FromSeconds(5) });
        var worker = await TestWorker.HandlingAsync(
            "ctx.waitUntil(scheduler.wait(1e6)); if (request.url.endsWith('answers')) return new Response('fine'); await scheduler.wait(1e6)", runtime: runtime);
        Assert.Equal("200 fine", (await worker.GetAsync("/answers")).ToString());
        TestRequest waits = new();
        worker.Worker.Fetch(waits);
        var ended = runtime.DisposeAsync().AsTask();
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.False(ended.IsCompleted);
        Assert.False(waits.Response.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        await ended;
        Assert.Equal("1101 The worker was stopped: the server is going down.", (await waits.Response).ToString());
        Assert.Equal(InvocationOutcome.Canceled, (await waits.Response).Summary.Outcome);
    }

    [Fact]
    public async Task The_runtime_s_end_stops_a_loop_and_whoever_waits_behind_it()
    {
        ManualTime time = new();
        var runtime = TestRuntime.New(time, options => options with { DrainGrace = TimeSpan.FromSeconds(5), IsolatesPerWorker = 1 });
        var worker = await TestWorker.HandlingAsync("request.headers.get('x'); for (;;);", runtime: runtime);
        using HeldTurn held = new();
        var loops = held.Begin(worker);
        await held.Entered;
        TestRequest waits = new();
        worker.Worker.Fetch(waits);
        held.Release();
        var ended = runtime.DisposeAsync().AsTask();
        time.Advance(TimeSpan.FromSeconds(5));
        await ended;
        Assert.Equal("1101 The worker was stopped: the server is going down.", (await loops).ToString());
        Assert.Equal("1101 The worker was stopped: the server is going down.", (await waits.Response).ToString());
    }
}

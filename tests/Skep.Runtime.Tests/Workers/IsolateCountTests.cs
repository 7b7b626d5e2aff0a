using Skep.Testing;

namespace Skep.Runtime.Tests.Workers;

/// <summary>How many isolates a worker has: one while that is enough, one a core when it is busy, none when it is not used.</summary>
public sealed class IsolateCountTests
{
    [Fact]
    public async Task A_busy_worker_gets_a_second_one()
    {
        await using var runtime = TestRuntime.New(with: options => options with { IsolatesPerWorker = 2 });
        await using var worker = await TestWorker.HandlingAsync("request.headers.get('x'); return new Response('fine')", runtime: runtime);
        using HeldTurn held = new();
        var busy = held.Begin(worker);
        await held.Entered;
        // They wait behind the one that stands still, until another isolate takes requests.
        var others = Enumerable.Range(0, 3).Select(_ => new TestRequest()).ToList();
        foreach (var each in others) worker.Worker.Fetch(each);
        for (string? answer = null; answer is null; answer = await Next(worker))
        {
        }

        Assert.Equal(2, worker.Isolates.Count);
        held.Release();
        Assert.All(await Task.WhenAll(others.Select(each => each.Response).Append(busy)), response => Assert.Equal("200 fine", response.ToString()));
        Assert.Equal(2, worker.Isolates.Count);

        // A request that the second isolate takes at once is answered while the first stands still.
        static async Task<string?> Next(TestWorker worker)
        {
            TestRequest request = new();
            worker.Worker.Fetch(request);
            await Task.Yield();
            return request.Response.IsCompleted ? (await request.Response).ToString() : null;
        }
    }

    [Fact]
    public async Task A_thread_keeps_to_one_of_several()
    {
        await using var runtime = TestRuntime.New(with: options => options with { IsolatesPerWorker = 2, ReduceAfter = TimeSpan.MaxValue });
        await using var worker = await TestWorker.HandlingAsync(
            "request.headers.get('x'); globalThis.name ??= crypto.randomUUID(); return new Response(name)", runtime: runtime);
        using (HeldTurn held = new())
        {
            var busy = held.Begin(worker);
            await held.Entered;
            List<Task> others = [busy];
            while (worker.Isolates.Count < 2)
            {
                TestRequest other = new();
                worker.Worker.Fetch(other);
                others.Add(other.Response);
                await Task.Yield();
            }

            held.Release();
            await Task.WhenAll(others);
        }

        while (!worker.Isolates.All(isolate => isolate.IsQuiet)) await Task.Yield();

        var requests = Enumerable.Range(0, 10).Select(_ => new TestRequest()).ToList();
        Thread thread = new(() =>
        {
            foreach (var each in requests) worker.Worker.Fetch(each);
        });
        thread.Start();
        thread.Join();
        var names = await Task.WhenAll(requests.Select(async each => (await each.Response).ToString()));
        Assert.Single(names.Distinct());
    }

    [Fact]
    public async Task Requests_that_wait_for_IO_need_no_second_one()
    {
        await using var runtime = TestRuntime.New(with: options => options with { IsolatesPerWorker = 2 });
        await using var worker = await TestWorker.HandlingAsync("await scheduler.wait(1); return new Response('fine')", runtime: runtime);
        for (var i = 0; i < 20; i++) Assert.Equal("200 fine", (await worker.GetAsync()).ToString());
        Assert.Single(worker.Isolates);
    }

    [Fact]
    public async Task Idle_ones_go_when_idle_memory_is_over_its_budget_and_come_back_when_asked()
    {
        ManualTime time = new();
        await using var runtime = TestRuntime.New(time, options => options with { IdleMemoryBytes = 1, ReduceAfter = TimeSpan.MaxValue });
        await using var first = await TestWorker.HandlingAsync("return new Response('first ' + ++served)", runtime: runtime, global: "let served = 0");
        await using var second = await TestWorker.HandlingAsync("await scheduler.wait(1e6)", runtime: runtime);
        Assert.Equal("200 first 1", (await first.GetAsync()).ToString());
        TestRequest inFlight = new();
        second.Worker.Fetch(inFlight);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(first.Isolates);
        // Never one that a request is in.
        Assert.Single(second.Isolates);
        Assert.Equal("200 first 1", (await first.GetAsync()).ToString());
        Assert.Single(first.Isolates);
        inFlight.Abort();
        await inFlight.Response;
    }

    [Fact]
    public async Task Those_unused_for_long_go()
    {
        ManualTime time = new();
        await using var runtime = TestRuntime.New(time, options => options with { IdleLifetime = TimeSpan.Zero });
        await using var worker = await TestWorker.HandlingAsync("return new Response('fine')", runtime: runtime);
        Assert.Equal("200 fine", (await worker.GetAsync()).ToString());
        Assert.Single(worker.Isolates);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(worker.Isolates);
    }

    [Fact]
    public async Task Blank_ones_are_kept_ready()
    {
        await using var runtime = TestRuntime.New(with: options => options with { WarmIsolates = 3 });
        await Eventually(() => runtime.Pool.Ready == 3);
        await using var worker = await TestWorker.HandlingAsync("return new Response('fine')", runtime: runtime);
        await Eventually(() => runtime.Pool.Ready == 3);
        Assert.Equal(4, runtime.IsolateCount);

        static async Task Eventually(Func<bool> holds)
        {
            while (!holds()) await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }
}

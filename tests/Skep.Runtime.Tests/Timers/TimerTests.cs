using Skep.Testing;

namespace Skep.Runtime.Tests.Timers;

/// <summary>Timers, in time that the test lets pass.</summary>
public sealed class TimerTests
{
    [Fact]
    public async Task They_fire_in_order_of_their_time()
    {
        ManualTime time = new();
        await using var runtime = TestRuntime.New(time);
        await using var worker = await TestWorker.HandlingAsync(
            "const order = []; for (const t of [300, 100, 200, 100, 0]) setTimeout(() => order.push(t), t); await scheduler.wait(400); return new Response(order)", runtime: runtime);
        var response = worker.GetAsync();
        time.Advance(TimeSpan.FromMilliseconds(399));
        Assert.False(response.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("200 0,100,100,200,300", (await response).ToString());
    }

    [Fact]
    public async Task An_interval_goes_on_until_it_is_cleared()
    {
        ManualTime time = new();
        await using var runtime = TestRuntime.New(time);
        await using var worker = await TestWorker.HandlingAsync(
            "let n = 0; const id = setInterval(() => n++, 1000); await scheduler.wait(4500); clearInterval(id); await scheduler.wait(4500); return new Response(n)", runtime: runtime);
        var response = worker.GetAsync();
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("200 4", (await response).ToString());
    }

    [Fact]
    public async Task Those_of_a_request_end_with_it()
    {
        ManualTime time = new();
        await using var runtime = TestRuntime.New(time, options => options with { IsolatesPerWorker = 1 });
        await using var worker = await TestWorker.HandlingAsync("setTimeout(() => fired++, 1000); return new Response(fired)", runtime: runtime, global: "let fired = 0");
        Assert.Equal("200 0", (await worker.GetAsync()).ToString());
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("200 0", (await worker.GetAsync()).ToString());
    }

    [Fact]
    public async Task One_cannot_stop_another_request_s()
    {
        ManualTime time = new();
        await using var runtime = TestRuntime.New(time, options => options with { IsolatesPerWorker = 1 });
        await using var worker = await TestWorker.HandlingAsync("await scheduler.wait(1000); return new Response('fine')", runtime: runtime);
        var first = worker.GetAsync();
        var second = worker.GetAsync();
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("200 fine", (await first).ToString());
        Assert.Equal("200 fine", (await second).ToString());
    }

    [Fact]
    public async Task What_a_callback_throws_is_reported()
    {
        await using var worker = await TestWorker.HandlingAsync("setTimeout(() => { throw new Error('in a timer') }, 1); await scheduler.wait(20); return new Response('fine')");
        Assert.Equal("200 fine", (await worker.GetAsync()).ToString());
        Assert.Equal("Error: in a timer", Assert.Single(worker.Observer.Errors).Message);
    }

    [Theory]
    [InlineData("NaN")]
    [InlineData("-5")]
    [InlineData("undefined")]
    [InlineData("'0'")]
    public async Task A_delay_that_makes_no_sense_is_none(string delay)
    {
        await using var worker = await TestWorker.HandlingAsync($"await new Promise((r) => setTimeout(r, {delay})); return new Response('fine')");
        Assert.Equal("200 fine", (await worker.GetAsync()).ToString());
    }

    [Fact]
    public async Task The_clock_shows_the_time_of_the_last_IO()
    {
        await using var worker = await TestWorker.HandlingAsync(
            "const a = Date.now(), p = performance.now(); for (let i = 0; i < 1e6; i++); const still = Date.now() === a && performance.now() === p; await scheduler.wait(5); return Response.json([still, Date.now() - a >= 5])");
        Assert.Equal("200 [true,true]", (await worker.GetAsync()).ToString());
    }
}

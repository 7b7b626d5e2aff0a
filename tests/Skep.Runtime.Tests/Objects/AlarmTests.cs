using Skep.Abstractions.Events;

namespace Skep.Runtime.Tests.Objects;

/// <summary>The alarm handler (https://developers.cloudflare.com/durable-objects/api/alarms/). When it is called is the clock's business.</summary>
public sealed class AlarmTests
{
    private static readonly DateTimeOffset Due = DateTimeOffset.FromUnixTimeMilliseconds(4_000_000_000_000);

    private const string Class = """
        async set() { await this.ctx.storage.setAlarm(4000000000000); return await this.ctx.storage.getAlarm() }
        async get() { return `${await this.ctx.storage.getAlarm()} ${await this.ctx.storage.get('ran')}` }
        """;

    private const string Handler = "return new Response(await env.THINGS.getByName('x')[new URL(request.url).pathname.slice(1)]())";

    [Fact]
    public async Task An_alarm_runs_its_handler_and_is_over()
    {
        await using var world = await ObjectWorld.StartAsync(
            $$"""{{Class}} async alarm(info) { await this.ctx.storage.put('ran', `${info.retryCount} ${info.isRetry} ${await this.ctx.storage.getAlarm()}`) }""", Handler);
        Assert.Equal("4000000000000", await world.GetAsync("/set"));
        var result = await world.AlarmAsync("x", Due);
        Assert.Equal((InvocationOutcome.Ok, false), (result.Summary.Outcome, result.Retry));
        Assert.Equal("null 0 false null", await world.GetAsync("/get"));
    }

    [Fact]
    public async Task A_handler_that_throws_keeps_the_alarm_for_another_try()
    {
        await using var world = await ObjectWorld.StartAsync(
            $$"""{{Class}} async alarm(info) { if (!info.isRetry) throw new Error('not yet'); await this.ctx.storage.put('ran', info.retryCount) }""", Handler);
        await world.GetAsync("/set");
        var result = await world.AlarmAsync("x", Due);
        Assert.Equal((InvocationOutcome.Exception, true, true), (result.Summary.Outcome, result.Retry, result.Counts));
        Assert.Equal("4000000000000 undefined", await world.GetAsync("/get"));
        Assert.False((await world.AlarmAsync("x", Due, retryCount: 1)).Retry);
        Assert.Equal("null 1", await world.GetAsync("/get"));
    }

    [Fact]
    public async Task An_alarm_that_the_handler_sets_is_kept()
    {
        await using var world = await ObjectWorld.StartAsync($$"""{{Class}} async alarm() { await this.ctx.storage.setAlarm(4000000001000) }""", Handler);
        await world.GetAsync("/set");
        Assert.False((await world.AlarmAsync("x", Due)).Retry);
        Assert.Equal("4000000001000 undefined", await world.GetAsync("/get"));
    }

    [Fact]
    public async Task An_alarm_that_was_moved_does_not_run_at_its_old_time()
    {
        await using var world = await ObjectWorld.StartAsync($$"""{{Class}} async alarm() { await this.ctx.storage.put('ran', 1) }""", Handler);
        await world.GetAsync("/set");
        var result = await world.AlarmAsync("x", Due.AddHours(-1));
        Assert.False(result.Retry);
        Assert.Equal("4000000000000 undefined", await world.GetAsync("/get"));
    }

    [Fact]
    public async Task What_the_handler_wrote_is_durable_before_the_alarm_counts_as_run()
    {
        await using var world = await ObjectWorld.StartAsync($$"""{{Class}} async alarm() { await this.ctx.storage.put('ran', 1) }""", Handler);
        await world.GetAsync("/set");
        TaskCompletionSource disk = new();
        world.Store.Durability = () => disk.Task;
        var alarm = world.AlarmAsync("x", Due);
        while (world.Find("x")?.Instance is not { HasWrites: true }) await Task.Yield();
        Assert.False(alarm.IsCompleted);
        disk.SetResult();
        Assert.False((await alarm).Retry);
    }

    [Fact]
    public async Task A_class_without_a_handler_cannot_set_one()
    {
        await using var world = await ObjectWorld.StartAsync(Class, $$"""try { {{Handler}} } catch (error) { return new Response(`${error}`) }""");
        Assert.Equal("TypeError: Your Durable Object class must have an alarm() handler in order to call setAlarm()", await world.GetAsync("/set"));
    }
}

using Skep.Abstractions.Events;
using Skep.Abstractions.Workers;

namespace Skep.Runtime.Tests.Console;

/// <summary>How much a worker may say.</summary>
public sealed class ConsoleLimitTests
{
    [Fact]
    public async Task What_is_too_much_is_dropped_with_one_notice()
    {
        await using var worker = await TestWorker.HandlingAsync(
            "for (let i = 0; i < 1000; i++) console.log('0123456789'); return new Response('fine')", WorkerLimits.Default with { LogBytes = 100 });
        Assert.Equal("200 fine", (await worker.GetAsync()).ToString());
        Assert.Equal(
            ["0123456789", "0123456789", "0123456789", "0123456789", "0123456789", "Log size limit exceeded: more than 100 bytes in one invocation; the rest is dropped."],
            worker.Observer.Lines);
        Assert.Equal(ConsoleLevel.Warn, worker.Observer.Messages.Last().Level);
    }

    [Fact]
    public async Task Each_request_has_its_own_allowance()
    {
        await using var worker = await TestWorker.HandlingAsync("console.log('0123456789'); return new Response()", WorkerLimits.Default with { LogBytes = 20 });
        await worker.GetAsync();
        await worker.GetAsync();
        Assert.Equal(["0123456789", "0123456789"], worker.Observer.Lines);
    }

    [Fact]
    public async Task The_global_scope_may_speak()
    {
        await using var worker = await TestWorker.HandlingAsync("return new Response()", global: "console.info('start')");
        Assert.Equal(["start"], worker.Observer.Lines);
    }

    [Fact]
    public async Task The_global_scope_is_limited_too()
    {
        await using var worker = await TestWorker.HandlingAsync(
            "return new Response()", WorkerLimits.Default with { LogBytes = 100 }, global: "for (let i = 0; i < 1000; i++) console.log('0123456789')");
        Assert.Equal(6, worker.Observer.Lines.Count());
    }
}

using Skep.Abstractions.Events;
using Skep.Abstractions.Metering;
using Skep.Abstractions.Workers;
using Skep.Testing;

namespace Skep.Runtime.Tests.Metering;

/// <summary>What a version's invocations cost is counted when they have ended.</summary>
public sealed class MeterTests
{
    private readonly WorkerMeter _meter = new("test", "v1");
    private bool _retired;

    [Fact]
    public async Task Every_event_is_counted_with_its_outcome()
    {
        await using (var worker = await StartAsync(
            """
            export default {
                async fetch(request, env, ctx) {
                    for (let i = 0; i < 3; i++) await fetch('https://a.example/');
                    if (request.url.endsWith('/no')) throw new Error('no');
                    ctx.waitUntil(scheduler.wait(30));
                    const until = performance.now();
                    for (let i = 0, x = 0; i < 3e6; i++) x += i;
                    return new Response();
                },
                scheduled() {}
            }
            """))
        {
            await worker.GetAsync();
            await worker.GetAsync("/no");
            await worker.ScheduledAsync();
        }

        var counts = _meter.Read();
        Assert.Equal((3, 2, 1), (counts["requests"], counts["outcome.ok"], counts["outcome.exception"]));
        Assert.Equal(6, counts["subrequests"]);
        Assert.True(counts["cpu_us"] > 0);
        // The time of waitUntil counts.
        Assert.InRange(counts["wall_us"], 29_000, long.MaxValue);
        Assert.True(_retired);
    }

    [Fact]
    public async Task Operations_on_KV_are_counted_as_they_are_paid_for()
    {
        await using (var worker = await StartAsync(
            """
            export default { async fetch(request, env) {
                await env.KV.put("a", "1");
                await env.KV.get("a");
                await env.KV.get(["a", "b", "c"]);
                await env.KV.list();
                await env.KV.delete("a");
                await env.KV.get("").catch(() => {});
                return new Response();
            } }
            """,
            new KvNamespaceBinding("KV", "1")))
        {
            Assert.Equal("200 ", (await worker.GetAsync()).ToString());
        }

        var counts = _meter.Read();
        Assert.Equal((4, 1, 1, 1), (counts["kv.reads"], counts["kv.writes"], counts["kv.deletes"], counts["kv.lists"]));
    }

    private Task<TestWorker> StartAsync(string script, params Binding[] bindings) => TestWorker.StartAsync(
        new WorkerVersion { Name = "test", MainModule = "main.js", Modules = [TestWorker.Module("main.js", script)], Bindings = [.. bindings] },
        services => services with { Meters = new OneMeter(this) },
        channel: new FakeChannel(static (_, _) => Task.FromResult(new FakeResponse("ok"))));

    private sealed class OneMeter(MeterTests tests) : IWorkerMeters
    {
        public WorkerMeter MeterFor(string script, string versionId) => tests._meter;

        public void Retire(WorkerMeter meter) => tests._retired = true;
    }
}

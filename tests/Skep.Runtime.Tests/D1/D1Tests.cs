using Skep.Abstractions.D1;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Metering;
using Skep.Abstractions.Workers;
using Skep.Testing;

namespace Skep.Runtime.Tests.D1;

/// <summary>D1 where it meets the runtime's limits. What the API does is checked by tests/workers/d1, what SQL does by the store's tests.</summary>
public sealed class D1Tests
{
    [Fact]
    public async Task Results_that_come_later_are_the_same()
    {
        await using var worker = await StartAsync("""
            const statement = env.DB.prepare("q").bind(1, "é");
            const session = env.DB.withSession("first-primary");
            await session.prepare("s").run();
            return Response.json([await statement.raw(), await env.DB.exec("a\nb"), await env.DB.batch([statement, statement]), session.getBookmark()]);
            """);
        Assert.Equal(
            """[["id","Raw","q","1","'é'"],["id","Count","a","b"],["id","Objects","q","1","'é'","q","1","'é'"],"b"]""", (await worker.GetAsync()).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Failures_are_told_in_D1s_words(bool atOnce)
    {
        FakeD1Store store = new() { AnswersAtOnce = atOnce, Failure = new D1Exception(400, "no such table: t: SQLITE_ERROR", query: 1) };
        await using var worker = await StartAsync(
            """
            const tell = (error) => [String(error), error.cause?.message];
            return Response.json([await env.DB.prepare("a").run().catch(tell), await env.DB.exec("a\nb c\nd").catch(tell)]);
            """,
            store: store);
        Assert.Equal(
            """[["Error: D1_ERROR: no such table: t: SQLITE_ERROR","no such table: t: SQLITE_ERROR"],["Error: D1_EXEC_ERROR: Error in line 2: b c: no such table: t: SQLITE_ERROR","Error in line 2: b c: no such table: t: SQLITE_ERROR"]]""",
            (await worker.GetAsync()).Text);
    }

    [Fact]
    public async Task An_invocation_makes_only_so_many_calls()
    {
        await using var worker = await StartAsync("""
            for (let i = 0; i < 9; i++) await env.DB.prepare("a").run();
            await env.DB.batch(Array.from({ length: 50 }, () => env.DB.prepare("a")));
            return new Response(await env.DB.prepare("a").run().catch((error) => error.message));
            """, limits: WorkerLimits.Default with { ServiceOperations = 10 });
        Assert.StartsWith("Too many API requests by single Worker invocation.", (await worker.GetAsync()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_so_many_calls_wait_outside_of_the_isolate()
    {
        var gate = new TaskCompletionSource();
        FakeD1Store store = new() { Gate = gate.Task };
        await using var worker = await StartAsync(
            "return new Response(String((await Promise.all(Array.from({ length: 50 }, (_, i) => env.DB.prepare(`${i}`).raw()))).length));", store: store);
        var answer = worker.GetAsync();
        while (store.Running == 0) await Task.Yield();
        Assert.InRange(store.Running, 1, WorkerLimits.Default.SimultaneousConnections);
        gate.SetResult();
        Assert.Equal("50", (await answer).Text);
    }

    [Fact]
    public async Task Queries_that_are_too_long_are_refused()
    {
        await using var worker = await StartAsync("""
            const megabyte = "x".repeat(2 ** 20);
            return new Response(await env.DB.batch(Array.from({ length: 40 }, () => env.DB.prepare("q").bind(megabyte))).catch((error) => error.message));
            """);
        Assert.StartsWith("D1_ERROR: The queries have more than 32 MiB", (await worker.GetAsync()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_global_scope_has_no_io()
    {
        var failure = await Assert.ThrowsAsync<WorkerStartupException>(() => StartAsync(
            "return new Response('');", global: "import { env as bound } from 'cloudflare:workers'; await bound.DB.prepare('a').run()"));
        Assert.Contains("Disallowed operation called within global scope", failure.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_are_counted()
    {
        OneMeter meters = new();
        await using (var worker = await StartAsync("await env.DB.prepare('a').run(); await env.DB.prepare('a').run(); return new Response('');", meters: meters)) await worker.GetAsync();
        var counts = meters.Meter.Read();
        Assert.Equal((6, 4), (counts["d1.reads"], counts["d1.writes"]));
    }

    private static Task<TestWorker> StartAsync(string body, WorkerLimits? limits = null, FakeD1Store? store = null, string global = "", IWorkerMeters? meters = null)
    {
        WorkerVersion version = new()
        {
            Name = "test",
            MainModule = "main.js",
            Modules = [TestWorker.Module("main.js", $$"""{{global}}; export default { async fetch(request, env, ctx) { {{body}} } }""")],
            Bindings = [new D1DatabaseBinding("DB", "id")],
            Limits = limits ?? WorkerLimits.Default,
        };
        return TestWorker.StartAsync(version, services => services with { D1 = store ?? new FakeD1Store(), Meters = meters });
    }

    private sealed class OneMeter : IWorkerMeters
    {
        public WorkerMeter Meter { get; } = new("test", "v1");

        public WorkerMeter MeterFor(string script, string versionId) => Meter;

        public void Retire(WorkerMeter meter)
        {
        }
    }
}

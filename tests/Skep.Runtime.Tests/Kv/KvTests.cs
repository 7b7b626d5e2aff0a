using System.Text;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Kv;
using Skep.Abstractions.Workers;
using Skep.Testing;

namespace Skep.Runtime.Tests.Kv;

/// <summary>KV where it meets the runtime's limits. What the API does is checked by tests/workers/kv.</summary>
public sealed class KvTests
{
    [Fact]
    public async Task Values_that_come_later_are_the_same()
    {
        await using var worker = await StartAsync("""
            await env.KV.put("a", "[1]", { metadata: "m" });
            const stream = await env.KV.get("a", "stream");
            return Response.json([
              await env.KV.get("a"), await env.KV.get("a", "json"), await env.KV.getWithMetadata("a", "json"), await new Response(stream).text(), await env.KV.get("b"),
            ]);
            """);
        Assert.Equal("""["[1]",[1],{"value":[1],"metadata":"m","cacheStatus":null},"[1]",null]""", (await worker.GetAsync()).Text);
    }

    [Fact]
    public async Task An_invocation_makes_only_so_many_operations()
    {
        await using var worker = await StartAsync("""
            for (let i = 0; i < 8; i++) await env.KV.get("a");
            await env.KV.get(["a", "b"]);
            await env.KV.list();
            return new Response(await env.KV.put("a", "x").catch((error) => error.message));
            """, limits: WorkerLimits.Default with { ServiceOperations = 10 });
        var response = await worker.GetAsync();
        Assert.StartsWith("Too many API requests by single Worker invocation.", response.Text, StringComparison.Ordinal);
        Assert.Equal(10, response.Summary.Subrequests);
    }

    [Fact]
    public async Task Operations_are_subrequests()
    {
        await using var worker = await StartAsync("""
            await env.KV.get("a");
            await env.KV.delete("a");
            return new Response(await env.KV.get("a").catch((error) => error.message));
            """, limits: WorkerLimits.Default with { Subrequests = 2 });
        Assert.StartsWith("Too many subrequests by single Worker invocation.", (await worker.GetAsync()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_so_many_reads_wait_outside_of_the_isolate()
    {
        var gate = new TaskCompletionSource();
        var store = new FakeKvStore { Gate = gate.Task };
        await using var worker = await StartAsync(
            "return new Response(String((await Promise.all(Array.from({ length: 50 }, (_, i) => env.KV.get(`${i}`)))).length));", store: store);
        var answer = worker.GetAsync();
        while (store.Reading == 0) await Task.Yield();
        Assert.InRange(store.Reading, 1, WorkerLimits.Default.SimultaneousConnections);
        gate.SetResult();
        Assert.Equal("50", (await answer).Text);
    }

    [Fact]
    public async Task The_global_scope_has_no_io()
    {
        var failure = await Assert.ThrowsAsync<WorkerStartupException>(() => StartAsync(
            "return new Response('');", global: "import { env as bound } from 'cloudflare:workers'; await bound.KV.get('a')"));
        Assert.Contains("Disallowed operation called within global scope", failure.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_store_refuses_is_told_in_workerds_words()
    {
        await using var worker = await StartAsync(
            "return Response.json([await env.KV.put('a', 'b').catch(String), await env.KV.get('a').catch(String)]);",
            store: new FakeKvStore { ReadsAtOnce = true, Failure = new KvException(507, "The namespace has no room left.") });
        Assert.Equal(
            """["Error: KV PUT failed: 507 The namespace has no room left.","Error: KV GET failed: 507 The namespace has no room left."]""",
            (await worker.GetAsync()).Text);
    }

    [Fact]
    public async Task A_version_is_refused_where_there_is_no_store()
    {
        var version = Version("return new Response('');", "");
        var failure = await Assert.ThrowsAsync<WorkerStartupException>(async () =>
            await TestRuntime.Shared.LoadAsync(version, new WorkerServices(new FakeChannel(), new RecordingObserver()), TestContext.Current.CancellationToken));
        Assert.Contains("binding KV", failure.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Service_workers_have_it_as_a_global()
    {
        WorkerVersion version = new()
        {
            Name = "test",
            MainModule = "main.js",
            Syntax = ScriptSyntax.ServiceWorker,
            Modules = [TestWorker.Module("main.js", "addEventListener('fetch', (event) => event.respondWith(KV.put('a', '1').then(() => KV.get('a')).then((text) => new Response(text))));")],
            Bindings = [new KvNamespaceBinding("KV", "id")],
        };
        await using var worker = await TestWorker.StartAsync(version);
        Assert.Equal("1", (await worker.GetAsync()).Text);
    }

    private static Task<TestWorker> StartAsync(string body, WorkerLimits? limits = null, FakeKvStore? store = null, string global = "") =>
        TestWorker.StartAsync(Version(body, global) with { Limits = limits ?? WorkerLimits.Default }, kv: store ?? new FakeKvStore());

    private static WorkerVersion Version(string body, string global) => new()
    {
        Name = "test",
        MainModule = "main.js",
        Modules = [TestWorker.Module("main.js", $$"""{{global}}; export default { async fetch(request, env, ctx) { {{body}} } }""")],
        Bindings = [new KvNamespaceBinding("KV", "id")],
    };
}

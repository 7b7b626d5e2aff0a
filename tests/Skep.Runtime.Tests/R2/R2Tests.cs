using Skep.Abstractions.Channels;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Metering;
using Skep.Abstractions.R2;
using Skep.Abstractions.Workers;
using Skep.Testing;

namespace Skep.Runtime.Tests.R2;

/// <summary>R2 where it meets the runtime's limits and streams. What the API does is checked by tests/workers/r2.</summary>
public sealed class R2Tests
{
    [Fact]
    public async Task Content_goes_from_the_client_to_the_bucket_and_back_without_entering_JavaScript()
    {
        FakeR2Store store = new();
        await using var worker = await StartAsync("""
            if (request.method === "PUT") return Response.json((await env.BUCKET.put("a", request.body)).size);
            return new Response((await env.BUCKET.get("a")).body);
            """, store);
        var content = new string('x', 1_000_000);
        var put = await worker.SendAsync(new TestRequest("/", "PUT") { BodyText = content });
        Assert.Equal("1000000", put.Text);
        Assert.Equal(content, (await worker.GetAsync()).Text);
        Assert.Equal(["a"], store.Closed);
    }

    [Fact]
    public async Task Content_that_nobody_reads_is_given_up_with_its_request()
    {
        FakeR2Store store = new();
        await using var worker = await StartAsync("await env.BUCKET.put('a', 'x'); await env.BUCKET.get('a'); return new Response('done');", store);
        Assert.Equal("done", (await worker.GetAsync()).Text);
        while (store.Closed.IsEmpty) await Task.Delay(1, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Content_that_is_at_hand_is_the_same()
    {
        await using var worker = await StartAsync("""
            await env.BUCKET.put("a", "123");
            const part = await env.BUCKET.get("a", { range: { offset: 1 } });
            return Response.json([await part.text(), part.range, await env.BUCKET.get("none"), "body" in await env.BUCKET.get("a", { onlyIf: { etagMatches: "x" } }), await env.BUCKET.get("a", { range: { offset: 3 } }).catch(String)]);
            """, new FakeR2Store { ReadsAtOnce = true });
        Assert.Equal("""["23",{"offset":1,"length":2},null,false,"Error: get: The requested range is not satisfiable (10039)"]""", (await worker.GetAsync()).Text);
    }

    [Fact]
    public async Task An_invocation_makes_only_so_many_operations()
    {
        await using var worker = await StartAsync("""
            for (let i = 0; i < 5; i++) await env.BUCKET.put("a", "");
            await env.BUCKET.get("a");
            await env.BUCKET.list();
            return new Response(await env.BUCKET.delete("a").catch((error) => error.message));
            """, limits: WorkerLimits.Default with { ServiceOperations = 7 });
        var response = await worker.GetAsync();
        Assert.StartsWith("Too many API requests by single Worker invocation.", response.Text, StringComparison.Ordinal);
        Assert.Equal(7, response.Summary.Subrequests);
    }

    [Fact]
    public async Task What_a_bucket_fails_with_is_told()
    {
        await using var worker = await StartAsync(
            """
            const { readable, writable } = new FixedLengthStream(3);
            const writer = writable.getWriter();
            writer.write(new Uint8Array(3)).then(() => writer.close()).catch(() => {});
            return Response.json([await env.BUCKET.put("a", readable).catch(String), await env.BUCKET.get("a").catch(String), await env.BUCKET.head("a").catch(String)]);
            """,
            new FakeR2Store { Failure = new R2Exception(507, 10001, "The bucket has no room left.") });
        Assert.Equal(
            """["Error: put: The bucket has no room left. (10001)","Error: get: The bucket has no room left. (10001)","Error: head: The bucket has no room left. (10001)"]""",
            (await worker.GetAsync()).Text);
    }

    [Fact]
    public async Task A_fault_of_the_storage_is_not_taken_for_a_lost_connection()
    {
        await using var worker = await StartAsync(
            "return new Response(await env.BUCKET.put('a', request.body).catch(String));",
            new FakeR2Store { Failure = new IOException("No space left on device") });
        var response = await worker.SendAsync(new TestRequest("/", "PUT") { BodyText = "content" });
        Assert.StartsWith("Error: internal error; reference = ", response.Text, StringComparison.Ordinal);
        Assert.Contains("No space left on device", Assert.Single(worker.Observer.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sender_that_breaks_off_is_told_to_who_puts()
    {
        FakeChannel origin = new((_, _) => Task.FromResult(new FakeResponse(new BrokenStream(new SubrequestException("origin:80 broke off.")), length: 3)));
        await using var worker = await TestWorker.StartAsync(
            Version("return new Response(await env.BUCKET.put('a', (await fetch('http://origin/')).body).catch(String));"),
            services => services with { R2 = new FakeR2Store(), Outbound = origin });
        Assert.Equal("TypeError: origin:80 broke off.", (await worker.GetAsync()).Text);
        Assert.Empty(worker.Observer.Errors);
    }

    [Fact]
    public async Task What_is_used_is_counted()
    {
        RecordingMeters meters = new();
        await using var worker = await TestWorker.StartAsync(
            Version("await env.BUCKET.put('a', 'abc'); await env.BUCKET.list(); await (await env.BUCKET.get('a')).text(); await env.BUCKET.head('a'); await env.BUCKET.delete('a'); return new Response('');"),
            services => services with { R2 = new FakeR2Store(), Meters = meters });
        await worker.GetAsync();
        var counts = meters.Meter.Read();
        Assert.Equal((2, 2, 3, 3), (counts["r2.class_a"], counts["r2.class_b"], counts["r2.bytes_read"], counts["r2.bytes_written"]));
    }

    [Fact]
    public async Task A_version_is_refused_where_there_is_no_store()
    {
        var failure = await Assert.ThrowsAsync<WorkerStartupException>(async () =>
            await TestRuntime.Shared.LoadAsync(Version("return new Response('');"), new WorkerServices(new FakeChannel(), new RecordingObserver()), TestContext.Current.CancellationToken));
        Assert.Contains("binding BUCKET", failure.Error.Message, StringComparison.Ordinal);
    }

    private static Task<TestWorker> StartAsync(string body, FakeR2Store? store = null, WorkerLimits? limits = null) =>
        TestWorker.StartAsync(Version(body) with { Limits = limits ?? WorkerLimits.Default }, services => services with { R2 = store ?? new FakeR2Store() });

    private static WorkerVersion Version(string body) => new()
    {
        Name = "test",
        MainModule = "main.js",
        Modules = [TestWorker.Module("main.js", $$"""export default { async fetch(request, env, ctx) { {{body}} } }""")],
        Bindings = [new R2BucketBinding("BUCKET", "bucket")],
    };

    private sealed class RecordingMeters : IWorkerMeters
    {
        public WorkerMeter Meter { get; } = new("test", "");

        public WorkerMeter MeterFor(string script, string versionId) => Meter;

        public void Retire(WorkerMeter meter)
        {
        }
    }
}

using System.Collections.Concurrent;
using Skep.Abstractions.Analytics;
using Skep.Abstractions.Channels;
using Skep.Abstractions.D1;
using Skep.Abstractions.Email;
using Skep.Abstractions.Kv;
using Skep.Abstractions.Queues;
using Skep.Abstractions.R2;
using Skep.Abstractions.RateLimiting;
using Skep.Abstractions.Vectors;
using Skep.Abstractions.Workers;
using Skep.Abstractions.Workflows;
using Skep.Runtime.Ops;
using Skep.Testing;

namespace Skep.Runtime.Tests.Objects;

/// <summary>Whatever an object sends to a service of the platform waits for its writes, by whichever op it goes.</summary>
public sealed class OutgoingOpTests
{
    /// <summary>How code uses each op by which something leaves its isolate for a service.</summary>
    private static readonly Dictionary<string, string> Uses = new()
    {
        ["kv_get"] = "env.KV.get('k')",
        ["kv_get_many"] = "env.KV.get(['k', 'l'])",
        ["kv_list"] = "env.KV.list()",
        ["kv_put"] = "env.KV.put('k', 'v')",
        ["kv_delete"] = "env.KV.delete('k')",
        ["r2_head"] = "env.R2.head('k')",
        ["r2_get"] = "env.R2.get('k')",
        ["r2_put"] = "env.R2.put('k', 'v')",
        ["r2_delete"] = "env.R2.delete('k')",
        ["r2_list"] = "env.R2.list()",
        ["r2_create_upload"] = "env.R2.createMultipartUpload('k')",
        ["r2_upload_part"] = "env.R2.resumeMultipartUpload('k', 'u').uploadPart(1, 'v')",
        ["r2_complete_upload"] = "env.R2.resumeMultipartUpload('k', 'u').complete([])",
        ["r2_abort_upload"] = "env.R2.resumeMultipartUpload('k', 'u').abort()",
        ["d1_query"] = "env.D1.prepare('SELECT 1').run()",
        ["queue_send"] = "env.QUEUE.send('m')",
        ["queue_metrics"] = "env.QUEUE.metrics()",
        ["cache_put"] = "caches.default.put('http://x/', new Response('v'))",
        ["cache_delete"] = "caches.default.delete('http://x/')",
        ["rate_limit"] = "env.LIMIT.limit({ key: 'k' })",
        ["analytics_write"] = "env.EVENTS.writeDataPoint({ blobs: ['b'] })",
        ["vector_call"] = "env.VECTORS.describe()",
        ["workflow_create"] = "env.FLOW.create({ id: 'i' })",
        ["workflow_status"] = "env.FLOW.get('i')",
        ["workflow_change"] = "env.FLOW.get('i').then((instance) => instance.pause())",
        ["workflow_send_event"] = "env.FLOW.get('i').then((instance) => instance.sendEvent({ type: 't' }))",
        ["workflow_delete"] = "env.FLOW.deleteBatch(['i'])",
        ["email_send"] = "env.EMAIL.send(new EmailMessage('a@example.com', 'b@example.com', 'From: a@example.com\\r\\nTo: b@example.com\\r\\nMessage-ID: <1@example.com>\\r\\n\\r\\nHi'))",
        ["email_compose"] = "env.EMAIL.send({ from: 'a@example.com', to: 'b@example.com', subject: 's', text: 't' })",
        ["subrequest"] = "fetch('http://origin/')",
        ["ai_fetch"] = "env.AI.run('model', {})",
        ["asset_fetch"] = "env.ASSETS.fetch('http://x/')",
        ["socket_connect"] = "connect('db.example:1').opened",
    };

    /// <summary>Ops by which messages leave too, each with a test of its own here, in <see cref="OutputGateTests"/> or <see cref="OutgoingStreamTests"/>.</summary>
    private static readonly string[] Messages =
    [
        "service_fetch", "rpc_open", "rpc_call", "rpc_call_result", "rpc_return", "rpc_throw", "respond", "request_failed", "event_done",
        "respond_websocket", "respond_websocket_pipe", "websocket_send", "websocket_close", "object_socket_send", "object_socket_close",
        "socket_write", "socket_end", "socket_start_tls", "socket_close", "sink_write", "sink_close", "sink_abort", "loader_start",
    ];

    /// <summary>Beginnings of the names of ops that stay in the isolate, that only take, or that are never an object's.</summary>
    private static readonly string[] Local =
    [
        "body_", "request_", "crypto_", "html_", "compress_", "console_", "node_", "timer_", "storage_", "sql_", "object_id_", "url_", "text_", "encoding_", "inspect_",
        "queue_batch", "queue_ack", "queue_retry", "workflow_step_began", "workflow_record", "workflow_take_event", "workflow_suspend", "workflow_returned",
        "workflow_threw", "workflow_roll_back", "facet_", "email_headers", "email_body", "email_reject", "email_forward", "email_reply", "event_no_retry", "pass_through", "wait_until_",
    ];

    /// <summary>The same, one by one.</summary>
    private static readonly string[] LocalOnes =
    [
        "cache_match", "dispatch_get", "service_number", "loader_get", "loader_module", "loader_fail", "loader_entrypoint", "loader_environment", "module_require",
        "exception_report", "sink_open", "socket_opened", "socket_read", "socket_abort", "subrequest_abort", "websocket_accept", "websocket_buffered", "websocket_deliver",
        "rpc_release", "rpc_duplicate", "rpc_own", "rpc_watch", "rpc_pipe", "object_block", "object_section_end", "object_reset",
        "object_socket_accept", "object_socket_connect", "object_socket_list", "object_socket_tags", "object_socket_state", "object_socket_buffered",
        "object_socket_attach", "object_socket_attachment", "object_socket_handled", "object_socket_responded", "object_auto_response_set", "object_auto_response",
        "object_event_timeout_set", "object_event_timeout",
    ];

    public static TheoryData<string> Ops => [.. Uses.Keys];

    [Theory]
    [MemberData(nameof(Ops))]
    public async Task What_it_asks_of_a_service_waits_for_its_writes(string op)
    {
        ConcurrentQueue<string> seen = [];
        await using var world = await StartAsync(op, seen);
        var (response, disk) = await world.HeldAsync("/a");
        Assert.Empty(seen);
        disk.SetResult();
        Assert.Equal("done", (await response).Text);
        Assert.NotEmpty(seen);
    }

    [Theory]
    [MemberData(nameof(Ops))]
    public async Task What_it_asks_of_a_service_is_never_seen_when_its_writes_are_lost(string op)
    {
        ConcurrentQueue<string> seen = [];
        await using var world = await StartAsync(op, seen);
        var (response, disk) = await world.HeldAsync("/a");
        disk.SetException(new IOException("the disk is full"));
        Assert.Equal("the disk is full", (await response).Text);
        await world.EvictAsync("a");
        Assert.Empty(seen);
    }

    [Theory]
    [MemberData(nameof(Ops))]
    public async Task Who_has_not_written_waits_for_nothing(string op)
    {
        ConcurrentQueue<string> seen = [];
        await using var world = await StartAsync(op, seen, write: "");
        world.Store.Durability = () => new TaskCompletionSource().Task;
        Assert.Equal("done", await world.GetAsync("/a"));
        Assert.NotEmpty(seen);
    }

    [Fact]
    public async Task What_waits_leaves_in_the_order_in_which_it_was_sent()
    {
        ConcurrentQueue<string> seen = [];
        await using var world = await StartAsync("kv_put", seen, use: "Promise.all([env.KV.put('k', 'v'), env.R2.head('k'), env.QUEUE.send('m'), caches.default.delete('http://x/'), env.KV.get('k')])");
        var (response, disk) = await world.HeldAsync("/a");
        disk.SetResult();
        Assert.Equal("done", (await response).Text);
        Assert.Equal([nameof(IKvStore.WriteAsync), nameof(IR2Store.HeadAsync), nameof(IQueueProducer.SendAsync), nameof(ICacheStore.Delete), nameof(IKvStore.GetAsync)], seen);
    }

    [Fact]
    public async Task A_dynamic_Worker_is_not_made_of_what_is_lost()
    {
        await using var world = await ObjectWorld.StartAsync(
            """
            async fetch() {
              this.ctx.storage.put('key', 1);
              return this.env.LOADER.get('shared', () => ({ compatibilityDate: '2025-01-01', mainModule: 'm.js', modules: { 'm.js': 'export default { fetch() { return new Response("theirs") } }' } })).getEntrypoint().fetch('http://x/');
            }
            """,
            """
            const mine = () => ({ compatibilityDate: '2025-01-01', mainModule: 'm.js', modules: { 'm.js': 'export default { fetch() { return new Response("mine") } }' } });
            try {
              if (request.url.endsWith('/object')) return await env.THINGS.getByName('a').fetch(request);
              return await env.LOADER.get('shared', mine).getEntrypoint().fetch('http://x/');
            } catch (error) { return new Response(error.message) }
            """,
            version: version => version with { Bindings = [.. version.Bindings, new WorkerLoaderBinding("LOADER")] });
        var (response, disk) = await world.HeldAsync("/object");
        disk.SetException(new IOException("the disk is full"));
        Assert.Equal("the disk is full", (await response).Text);
        await world.EvictAsync("a");
        Assert.Equal("mine", await world.GetAsync("/other"));
    }

    /// <summary>Whoever adds an op says which it is: something may leave an object by it, or not.</summary>
    [Fact]
    public void Every_op_is_known_to_wait_or_to_stay()
    {
        _ = TestRuntime.Shared;
        string[] unknown =
            [.. OpCatalog.Names.Where(name => !Uses.ContainsKey(name) && !Messages.Contains(name) && !LocalOnes.Contains(name) && !Local.Any(begin => name.StartsWith(begin, StringComparison.Ordinal)))];
        Assert.Empty(unknown);
        Assert.Empty(Uses.Keys.Concat(Messages).Concat(LocalOnes).Except(OpCatalog.Names));
    }

    private static Task<ObjectWorld> StartAsync(string op, ConcurrentQueue<string> seen, string write = "this.ctx.storage.put('key', 1);", string? use = null) => ObjectWorld.StartAsync(
        $$"""
        async fetch() {
          const env = this.env;
          {{write}}
          try { await {{use ?? Uses[op]}} } catch {}
          return new Response('done');
        }
        """,
        "try { return await env.THINGS.getByName('a').fetch(request) } catch (error) { return new Response(error.message) }",
        global: "import { connect } from 'cloudflare:sockets'; import { EmailMessage } from 'cloudflare:email';",
        version: version => version with
        {
            Bindings =
            [
                .. version.Bindings, new KvNamespaceBinding("KV", "kv"), new R2BucketBinding("R2", "bucket"), new D1DatabaseBinding("D1", "db"), new QueueBinding("QUEUE", "jobs"),
                new RateLimitBinding("LIMIT", "limit", 10, 60), new AnalyticsBinding("EVENTS", "events"), new VectorizeBinding("VECTORS", "index"),
                new WorkflowBinding("FLOW", "flow", "Flow"), new AiBinding("AI"), new AssetsBinding("ASSETS"), new SendEmailBinding("EMAIL", null, null, null),
            ],
        },
        services: services => services with
        {
            Outbound = Channel(seen),
            Ai = Channel(seen),
            Assets = Channel(seen),
            Email = Watched.Service<IEmailCarrier>(seen, services.Email),
            Kv = Watched.Service(seen, services.Kv),
            R2 = Watched.Service(seen, services.R2),
            D1 = Watched.Service<ID1Store>(seen, services.D1),
            Queues = Watched.Service(seen, services.Queues),
            Cache = Watched.Service(seen, services.Cache),
            RateLimiter = Watched.Service<IRateLimiter>(seen, services.RateLimiter),
            Analytics = Watched.Service<IAnalyticsSink>(seen, null),
            Vectors = Watched.Service<IVectorStore>(seen, null),
            Workflows = new WorkflowServices(Watched.Service<IWorkflowStore>(seen, null), Watched.Service<IWorkflowJournal>(seen, null)),
        });

    private static FakeChannel Channel(ConcurrentQueue<string> seen) => new((request, _) =>
    {
        seen.Enqueue(request.Url);
        return Task.FromResult(new FakeResponse("{}"));
    })
    {
        Sockets = (host, _, _, _) =>
        {
            seen.Enqueue(host);
            return Task.FromResult<SocketConnection>(new FakeSocket());
        },
    };
}

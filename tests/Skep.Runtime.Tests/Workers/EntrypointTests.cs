using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Workers;
using Skep.Testing;

namespace Skep.Runtime.Tests.Workers;

/// <summary>What a worker exports.</summary>
public sealed class EntrypointTests
{
    private const string Classes =
        """
        import { WorkerEntrypoint } from "cloudflare:workers";
        export default class extends WorkerEntrypoint {
            fetch(request) { return new Response(`default ${new URL(request.url).pathname} ${this.env.V} ${typeof this.ctx.waitUntil}`) }
        }
        export class Admin extends WorkerEntrypoint {
            #served = 0;
            fetch() { return new Response(`admin ${++this.#served}`) }
            scheduled(controller) { console.log('admin', controller.cron) }
        }
        export const plain = { fetch: () => new Response('plain') };
        export const notAnEntrypoint = 5;
        """;

    [Fact]
    public async Task A_class_is_made_for_each_event()
    {
        await using var worker = await StartAsync();
        Assert.Equal("200 default /a v function", (await worker.GetAsync("/a")).ToString());
        Assert.Equal("200 admin 1", (await worker.SendAsync(new TestRequest { EntrypointName = "Admin" })).ToString());
        Assert.Equal("200 admin 1", (await worker.SendAsync(new TestRequest { EntrypointName = "Admin" })).ToString());
        Assert.Equal("200 plain", (await worker.SendAsync(new TestRequest { EntrypointName = "plain" })).ToString());
    }

    [Fact]
    public async Task Scheduled_events_find_named_ones()
    {
        await using var worker = await StartAsync();
        var summary = await worker.Worker.ScheduledAsync(new ScheduledEvent(DateTimeOffset.UnixEpoch, "1 * * * *", "Admin"));
        Assert.Equal(InvocationOutcome.Ok, summary.Outcome);
        Assert.Equal(["admin 1 * * * *"], worker.Observer.Lines);
    }

    [Fact]
    public async Task One_that_does_not_exist_is_named()
    {
        await using var worker = await StartAsync();
        Assert.Equal("1101 TypeError: The worker has no entrypoint named \"Nobody\".", (await worker.SendAsync(new TestRequest { EntrypointName = "Nobody" })).ToString());
    }

    [Fact]
    public async Task Handlers_are_found_once()
    {
        await using var worker = await TestWorker.StartAsync(
            "const handlers = { fetch() { handlers.fetch = () => new Response('changed'); return new Response('first') } }; export default handlers",
            runtime: TestRuntime.OneIsolate);
        Assert.Equal("200 first", (await worker.GetAsync()).ToString());
        Assert.Equal("200 first", (await worker.GetAsync()).ToString());
    }

    [Theory]
    [InlineData("export const x = 1", "No event handlers were registered.")]
    [InlineData("export default function () {}", "The default export is a function.")]
    [InlineData("export default { fetch", "SyntaxError")]
    [InlineData("import './missing.js'; export default { fetch() {} }", "No such module \"missing.js\"")]
    [InlineData("throw new Error('at start'); export default { fetch() {} }", "Error: at start")]
    [InlineData("await new Promise(() => {}); export default { fetch() {} }", "Top-level await in module is unsettled")]
    [InlineData("await fetch('http://x/'); export default { fetch() {} }", "Disallowed operation called within global scope.")]
    [InlineData("setTimeout(() => {}); export default { fetch() {} }", "Disallowed operation called within global scope.")]
    [InlineData("crypto.randomUUID(); export default { fetch() {} }", "Disallowed operation called within global scope.")]
    public async Task A_worker_that_cannot_start_says_why(string script, string message)
    {
        var failure = await Assert.ThrowsAsync<WorkerStartupException>(() => TestWorker.StartAsync(script));
        Assert.Equal(WorkerErrorCode.Startup, failure.Error.Code);
        Assert.Contains(message, failure.Error.Message, StringComparison.Ordinal);
    }

    private static Task<TestWorker> StartAsync() =>
        TestWorker.StartAsync(Classes, with: version => version with { Bindings = [new TextBinding("V", "v")] });
}

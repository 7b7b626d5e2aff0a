using System.Net;

namespace Skep.EndToEnd.Tests.Serve;

public sealed class ServeTests : IDisposable
{
    private readonly TemporaryProject _workers = new();
    private readonly HttpClient _client = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _client.Dispose();
        _workers.Dispose();
    }

    [Fact]
    public async Task Every_file_and_project_answers_at_its_own_host()
    {
        _workers.Write("plain.js", "export default { fetch: () => new Response('plain') };");
        _workers.Write("typed.ts", "const text: string = 'typed'; export default { fetch: () => new Response(text) };");
        _workers.Write("classic.js", "addEventListener('fetch', (event) => event.respondWith(new Response('classic')));");
        _workers.Write("project/wrangler.jsonc", """{ "name": "other", "main": "worker.js", "compatibility_date": "2026-01-01", "vars": { "V": "project" } }""");
        _workers.Write("project/worker.js", "export default { fetch: (_, env) => new Response(env.V) };");
        _workers.Write("README.md", "not a worker");
        await using var server = await Serve();

        foreach (var name in (string[])["plain", "typed", "classic", "project"])
        {
            Assert.Equal((HttpStatusCode.OK, name), await Get(server, name));
        }

        Assert.Equal(HttpStatusCode.NotFound, (await Get(server, "README")).Status);
    }

    [Fact]
    public async Task Workers_of_the_folder_can_be_bound_to_each_other()
    {
        _workers.Write("api.js", "import { WorkerEntrypoint } from 'cloudflare:workers'; export default class extends WorkerEntrypoint { add(a, b) { return a + b } }");
        _workers.Write("front/wrangler.jsonc", """{ "name": "front", "main": "worker.js", "compatibility_date": "2026-01-01", "services": [{ "binding": "API", "service": "api" }] }""");
        _workers.Write("front/worker.js", "export default { fetch: async (_, env) => new Response(await env.API.add(1, 2)) };");
        await using var server = await Serve();
        Assert.Equal((HttpStatusCode.OK, "3"), await Get(server, "front"));
    }

    [Fact]
    public async Task A_broken_worker_answers_with_its_error_and_leaves_the_others_alone()
    {
        _workers.Write("good.js", "export default { fetch: () => new Response('good') };");
        _workers.Write("syntax.js", "export default { fetch( };");
        _workers.Write("throws.js", "throw new Error('at the start'); export default { fetch: () => new Response('') };");
        await using var server = await Serve();

        var syntax = await Get(server, "syntax");
        Assert.Equal(HttpStatusCode.InternalServerError, syntax.Status);
        Assert.Contains("syntax.js:1", syntax.Body, StringComparison.Ordinal);
        Assert.Contains("at the start", (await Get(server, "throws")).Body, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.OK, "good"), await Get(server, "good"));
    }

    [Fact]
    public async Task Workers_come_change_and_go_with_their_files()
    {
        var file = _workers.Write("a.js", "export default { fetch: () => new Response('one') };");
        await using var server = await Serve();
        Assert.Equal("one", (await Get(server, "a")).Body);

        _workers.Write("b.js", "export default { fetch: () => new Response('new') };");
        await server.Printed("+ b", Cancellation);
        Assert.Equal("new", (await Get(server, "b")).Body);

        _workers.Write("a.js", "export default { fetch: () => new Response('two') };");
        await server.Printed("a reloaded in", Cancellation);
        Assert.Equal("two", (await Get(server, "a")).Body);

        File.Delete(file);
        await server.Printed("- a", Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, (await Get(server, "a")).Status);
    }

    [Fact]
    public async Task In_production_clients_see_no_code_and_workers_do_not_reach_this_machine()
    {
        _workers.Write("throws.js", "export default { fetch() { throw new Error('my secret'); } };");
        _workers.Write("reach.js", "export default { async fetch() { try { await fetch('http://127.0.0.1:1/'); } catch (error) { return new Response(error.message); } } };");
        await using var server = await Serve("--mode", "production");

        var (status, body) = await Get(server, "throws");
        Assert.Equal(HttpStatusCode.InternalServerError, status);
        Assert.DoesNotContain("my secret", body, StringComparison.Ordinal);
        Assert.Contains("is not allowed", (await Get(server, "reach")).Body, StringComparison.Ordinal);
        await server.Printed("my secret", Cancellation);
    }

    [Fact]
    public async Task A_file_outside_the_folder_that_a_worker_imports_is_followed()
    {
        _workers.Write("shared/text.ts", "export const text = 'one';");
        _workers.Write("w/a.ts", "import { text } from '../shared/text'; export default { fetch: () => new Response(text) };");
        await using var server = await Serve([], "w");
        Assert.Equal("one", (await Get(server, "a")).Body);

        _workers.Write("shared/text.ts", "export const text = 'two';");
        await server.Printed("a reloaded in", Cancellation);
        // The line may be that of a reload before: the first version was written just before the watcher came.
        while ((await Get(server, "a")).Body == "one") Cancellation.ThrowIfCancellationRequested();
        Assert.Equal("two", (await Get(server, "a")).Body);
    }

    private Task<ServerProcess> Serve(params string[] options) => Serve(options, "");

    private async Task<ServerProcess> Serve(string[] options, string folder)
    {
        var server = await ServerProcess.Start(Cancellation, ["serve", "--workers", Path.Combine(_workers.Folder, folder), .. options]);
        await server.Printed("ready in", Cancellation);
        return server;
    }

    private async Task<(HttpStatusCode Status, string Body)> Get(ServerProcess server, string name)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://127.0.0.1:{server.Port}/"));
        request.Headers.Host = $"{name}.localhost:{server.Port}";
        using var response = await _client.SendAsync(request, Cancellation);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Cancellation));
    }
}

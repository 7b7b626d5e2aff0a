using Skep.Abstractions.Workers;

namespace Skep.Runtime.Tests.Workers;

/// <summary><c>addEventListener("fetch", …)</c>: a script instead of modules.</summary>
public sealed class ServiceWorkerTests
{
    [Fact]
    public async Task Answers_with_respondWith()
    {
        await using var worker = await StartAsync("addEventListener('fetch', (event) => event.respondWith(new Response(event.request.url)))");
        Assert.Equal("200 http://example.com/x", (await worker.GetAsync("/x")).ToString());
    }

    [Fact]
    public async Task The_response_may_be_a_promise()
    {
        await using var worker = await StartAsync("addEventListener('fetch', (event) => event.respondWith(scheduler.wait(1).then(() => new Response('later'))))");
        Assert.Equal("200 later", (await worker.GetAsync()).ToString());
    }

    [Fact]
    public async Task Variables_are_globals()
    {
        await using var worker = await StartAsync(
            "addEventListener('fetch', (event) => event.respondWith(Response.json([TEXT, SECRET, CONFIG.a])))",
            new TextBinding("TEXT", "text"),
            new SecretTextBinding("SECRET", "secret"),
            new JsonBinding("CONFIG", """{"a":1}"""));
        Assert.Equal("""200 ["text","secret",1]""", (await worker.GetAsync()).ToString());
    }

    [Fact]
    public async Task The_first_listener_that_responds_wins()
    {
        await using var worker = await StartAsync(
            """
            addEventListener('fetch', (event) => { if (event.request.url.endsWith('/one')) event.respondWith(new Response('one')) });
            addEventListener('fetch', (event) => event.respondWith(new Response('two')));
            """);
        Assert.Equal("200 one", (await worker.GetAsync("/one")).ToString());
        Assert.Equal("200 two", (await worker.GetAsync("/two")).ToString());
    }

    [Fact]
    public async Task Whom_nobody_answers_goes_to_the_origin()
    {
        await using var worker = await StartAsync("addEventListener('fetch', () => {})");
        Assert.True((await worker.GetAsync()).PassThrough);
    }

    [Theory]
    [InlineData("throw new Error('no')")]
    [InlineData("event.respondWith(Promise.reject(new Error('no')))")]
    public async Task An_exception_is_an_1101(string body)
    {
        await using var worker = await StartAsync($$"""addEventListener('fetch', (event) => { {{body}} })""");
        var response = await worker.GetAsync();
        Assert.Equal("1101 Error: no", response.ToString());
        Assert.False(response.PassThrough);
    }

    [Fact]
    public async Task Passes_through_on_exception_when_asked_to()
    {
        await using var worker = await StartAsync("addEventListener('fetch', (event) => { event.passThroughOnException(); throw new Error('no') })");
        Assert.True((await worker.GetAsync()).PassThrough);
    }

    [Fact]
    public async Task The_event_can_wait()
    {
        var worker = await StartAsync("addEventListener('fetch', (event) => { event.waitUntil(scheduler.wait(1).then(() => console.log('later'))); event.respondWith(new Response('now')) })");
        Assert.Equal("200 now", (await worker.GetAsync()).ToString());
        await worker.DisposeAsync();
        Assert.Equal(["later"], worker.Observer.Lines);
    }

    private static Task<TestWorker> StartAsync(string script, params Binding[] bindings) =>
        TestWorker.StartAsync(script, with: version => version with { Syntax = ScriptSyntax.ServiceWorker, Bindings = [.. bindings] });
}

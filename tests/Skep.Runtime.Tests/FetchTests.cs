using Skep.Abstractions.Channels;
using Skep.Abstractions.Events;
using Skep.Testing;

namespace Skep.Runtime.Tests;

/// <summary>Requests and their answers.</summary>
public sealed class FetchTests
{
    [Fact]
    public async Task Answers_with_text()
    {
        await using var worker = await TestWorker.StartAsync("export default { fetch(request) { return new Response('Hello ' + request.url) } }");
        var response = await worker.GetAsync("/x?y");
        Assert.Equal("200 Hello http://example.com/x?y", response.ToString());
        Assert.Equal(InvocationOutcome.Ok, response.Summary.Outcome);
        Assert.Equal("text/plain;charset=UTF-8", response.Header("content-type"));
        Assert.Equal(28, response.ContentLength);
    }

    [Fact]
    public async Task Answers_with_the_body_of_another_response()
    {
        await using var worker = await TestWorker.HandlingAsync("return new Response(new Response('gr\u00fcn \ud83d\udc1d').body, { status: 201 })");
        var response = await worker.GetAsync();
        Assert.Equal("201 grün 🐝", response.ToString());
        Assert.Equal(10, response.ContentLength);
    }

    [Fact]
    public async Task Carries_status_headers_and_bytes()
    {
        await using var worker = await TestWorker.HandlingAsync(
            "return new Response(new Uint8Array([1, 2, 255]), { status: 201, statusText: 'Made', headers: [['x-a', '1'], ['set-cookie', 'a=1'], ['set-cookie', 'b=2']] })");
        var response = await worker.GetAsync();
        Assert.Equal(201, response.Status);
        Assert.Equal("Made", response.Reason);
        Assert.Equal([1, 2, 255], response.Body);
        Assert.Equal(["x-a", "1", "set-cookie", "a=1", "set-cookie", "b=2"], response.Headers);
    }

    [Fact]
    public async Task Shows_the_request()
    {
        await using var worker = await TestWorker.HandlingAsync(
            "return Response.json([request.method, request.headers.get('x-a'), [...request.headers], await request.text(), request.cf?.country])");
        var response = await worker.SendAsync(new TestRequest("/", "POST") { Headers = ["x-a", "1", "x-a", "2"], BodyText = "héllo", CfJson = """{"country":"CH"}""" });
        Assert.Equal("""200 ["POST","1, 2",[["x-a","1, 2"]],"héllo","CH"]""", response.ToString());
    }

    [Fact]
    public async Task The_facts_about_a_client_cannot_be_changed_but_in_a_request_of_ones_own()
    {
        await using var worker = await TestWorker.HandlingAsync("""
            const copy = new Request(request);
            copy.cf.country = 'XX';
            copy.cf.more.a = 2;
            let refused = '';
            try { request.cf.country = 'YY'; } catch (error) { refused = error.name; }
            return Response.json([refused, Object.isFrozen(request.cf.more), request.cf, copy.cf, request.clone().cf !== request.cf])
            """);
        var response = await worker.SendAsync(new TestRequest("/") { CfJson = """{"country":"CH","more":{"a":1}}""" });
        Assert.Equal("""200 ["TypeError",true,{"country":"CH","more":{"a":1}},{"country":"XX","more":{"a":2}},true]""", response.ToString());
    }

    [Fact]
    public async Task An_exception_is_an_1101_with_its_message()
    {
        await using var worker = await TestWorker.HandlingAsync("throw new TypeError('oh no')");
        var response = await worker.GetAsync();
        Assert.Equal("1101 TypeError: oh no", response.ToString());
        Assert.Contains("main.js", response.Error!.Stack, StringComparison.Ordinal);
        Assert.Equal(InvocationOutcome.Exception, response.Summary.Outcome);
        // The worker goes on.
        Assert.Equal("1101 TypeError: oh no", (await worker.GetAsync()).ToString());
    }

    [Fact]
    public async Task A_request_that_fails_has_used_its_time_too()
    {
        await using var worker = await TestWorker.HandlingAsync("for (let i = 0; i < 1e6; i++) env.x = i; throw new Error('late')");
        Assert.True((await worker.GetAsync()).Summary.Cpu > TimeSpan.FromMicroseconds(100));
    }

    [Theory]
    [InlineData("return 5")]
    [InlineData("return undefined")]
    [InlineData("return { status: 200 }")]
    public async Task What_is_no_response_is_an_1101(string body)
    {
        await using var worker = await TestWorker.HandlingAsync(body);
        Assert.Contains("did not resolve to 'Response'", (await worker.GetAsync()).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Interleaves_requests_in_one_isolate()
    {
        await using var runtime = TestRuntime.New(with: options => options with { IsolatesPerWorker = 1 });
        await using var worker = await TestWorker.HandlingAsync(
            "if (request.url.endsWith('second')) { release(); return new Response('second') } await Promise.race([gate, scheduler.wait(30000)]); return new Response('first')",
            runtime: runtime,
            global: "let release; const gate = new Promise((r) => { release = r })");
        TestRequest first = new("/first");
        worker.Worker.Fetch(first);
        Assert.False(first.Response.IsCompleted);
        Assert.Equal("200 second", (await worker.GetAsync("/second")).ToString());
        Assert.Equal("200 first", (await first.Response).ToString());
        Assert.Single(worker.Isolates);
    }

    [Fact]
    public async Task Runs_many_requests_at_once()
    {
        await using var worker = await TestWorker.HandlingAsync("await scheduler.wait(20); return new Response(new URL(request.url).pathname)");
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => worker.GetAsync("/" + i)));
        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"200 /{i}"), answers.Select(answer => answer.ToString()));
    }

    [Theory]
    [InlineData("return new Response(await response.text())")]
    [InlineData("return new Response(await response.arrayBuffer())")]
    [InlineData("const reader = response.body.getReader(); for (;;) if ((await reader.read()).done) return new Response('whole')")]
    public async Task An_origin_s_body_that_breaks_off_rejects_with_the_reason(string body)
    {
        FakeChannel channel = new((_, _) => Task.FromResult(new FakeResponse(new BrokenStream(new SubrequestException("origin:80 broke off.")))));
        await using var worker = await TestWorker.HandlingAsync("const response = await fetch('http://origin/');" + body, channel: channel);
        Assert.Equal("1101 TypeError: origin:80 broke off.", (await worker.GetAsync()).ToString());
    }

    [Fact]
    public async Task A_fixed_length_stream_is_sent_with_its_length_and_any_other_without()
    {
        FakeChannel channel = new((request, _) => Task.FromResult(new FakeResponse($"{request.BodyLength}")));
        await using var worker = await TestWorker.HandlingAsync(
            """
            const { readable, writable } = new FixedLengthStream(5), other = new TransformStream();
            const fixed = fetch('http://origin/', { method: 'PUT', body: readable });
            const free = fetch('http://origin/', { method: 'PUT', body: other.readable, headers: { 'content-length': '7' } });
            writable.getWriter().write(new TextEncoder().encode('hello'));
            return Response.json([await (await fixed).text(), await (await free).text()]);
            """,
            channel: channel);
        Assert.Equal("""200 ["5",""]""", (await worker.GetAsync()).ToString());
    }
}

using Skep.Abstractions.Events;
using Skep.Edge.Listeners;
using Skep.Edge.Routing;
using Skep.Testing;

namespace Skep.Edge.Tests.Dispatch;

/// <summary>Messages that two servers in a row could understand differently.</summary>
public sealed class SmugglingTests
{
    private const string Smuggled = "GET /smuggled HTTP/1.1\r\nHost: example.com\r\n\r\n";

    [Theory]
    [InlineData("POST / HTTP/1.1\r\nHost: example.com\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: example.com\r\nTransfer-Encoding: chunked\r\nContent-Length: 48\r\n\r\n0\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: example.com\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: example.com\r\nTransfer-Encoding: identity\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("POST / HTTP/1.1\r\nHost: example.com\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: example.com\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: example.com\r\nTransfer-Encoding:\x0b chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("POST / HTTP/1.0\r\nHost: example.com\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: example.com\r\nContent-Length: 5, 5\r\n\r\nhello")]
    [InlineData("POST / HTTP/1.1\r\nHost: example.com\r\nContent-Length: 0x5\r\n\r\nhello")]
    [InlineData("GET / HTTP/1.1\r\nHost: example.com\r\nX: a\r\n folded: b\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\n Host: example.com\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: example.com\nX: bare line feed\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\nHost: example.com\n\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: example.com\r\nX: a\rb\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: example.com\r\nX: a\0b\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: example.com\r\n: nameless\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: example.com\r\nnothing\r\n\r\n")]
    [InlineData("GET / HTTP/1.1 HTTP/1.1\r\nHost: example.com\r\n\r\n")]
    [InlineData("GET  / HTTP/1.1\r\nHost: example.com\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: example.com\r\nHost: example.com\r\n\r\n")]
    public async Task What_could_be_read_in_two_ways_is_refused_with_all_that_follows(string request)
    {
        await using TestEdge edge = await TestEdge.StartAsync(answered => answered.Answer(200, $"reached {answered.Url}"));
        string responses = await edge.SendAsync(request + Smuggled);
        Assert.StartsWith("HTTP/1.1 400 ", responses);
        Assert.DoesNotContain("reached", responses);
    }

    [Theory]
    [InlineData("zz\r\nhello\r\n0\r\n\r\n")]
    [InlineData("-5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5 \nhello\r\n0\r\n\r\n")]
    [InlineData("5;a\nb\r\nhello\r\n0\r\n\r\n")]
    [InlineData("10000000000000005\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5\r\nhelloX\r\n0\r\n\r\n")]
    public async Task A_malformed_chunk_ends_the_connection(string body)
    {
        await using TestEdge edge = await TestEdge.StartAsync(FakeWorker.Async(async answered =>
        {
            using var copy = new MemoryStream();
            await answered.Body!.CopyToAsync(copy);
            answered.Answer(200, $"reached with {copy.Length}");
        }));
        string responses = await edge.SendAsync($"POST / HTTP/1.1\r\nHost: example.com\r\nTransfer-Encoding: chunked\r\n\r\n{body}{Smuggled}");
        Assert.DoesNotContain("reached", responses);
        Assert.DoesNotContain("HTTP/1.1 200", responses);
    }

    [Fact]
    public async Task An_absolute_target_is_the_host_that_is_routed_by_and_that_the_worker_sees()
    {
        var router = new SubdomainRouter("example.com");
        await router.SetAsync("a", new FakeWorker(request => request.Answer(200, $"a {request.Url} {request.GetHeader("host")}"), "a"));
        await router.SetAsync("b", new FakeWorker(request => request.Answer(200, $"b {request.Url} {request.GetHeader("host")}"), "b"));
        await using TestEdge edge = await TestEdge.StartAsync(router);
        Assert.EndsWith(
            "\r\n\r\na http://a.example.com/x a.example.com",
            await edge.SendAsync("GET http://a.example.com/x HTTP/1.1\r\nHost: b.example.com\r\nConnection: close\r\n\r\n"));
    }

    [Fact]
    public async Task A_head_that_does_not_come_is_not_waited_for()
    {
        await using TestEdge edge = await TestEdge.StartAsync(
            new SingleWorkerRouter(FakeWorker.Answering("reached")), listener: new ListenerOptions { RequestHeadersTimeout = TimeSpan.FromMilliseconds(50) });
        Assert.StartsWith("HTTP/1.1 408 ", await edge.SendAsync("GET / HTTP/1.1\r\nHost: exam"));
    }

    [Fact]
    public async Task A_connection_that_idles_too_long_is_closed()
    {
        await using TestEdge edge = await TestEdge.StartAsync(
            new SingleWorkerRouter(FakeWorker.Answering("ok")), listener: new ListenerOptions { KeepAliveTimeout = TimeSpan.FromMilliseconds(50) });
        Assert.EndsWith("ok", await edge.SendAsync("GET / HTTP/1.1\r\nHost: example.com\r\n\r\n"));
    }

    [Theory]
    [InlineData(200 << 10, 1, "431")]
    [InlineData(10, 600, "431")]
    public async Task Too_many_or_too_long_headers_are_refused(int length, int count, string status)
    {
        await using TestEdge edge = await TestEdge.StartAsync(FakeWorker.Answering("reached"));
        string headers = string.Concat(Enumerable.Range(0, count).Select(n => $"x-{n}: {new string('x', length)}\r\n"));
        Assert.StartsWith($"HTTP/1.1 {status} ", await SendIgnoringResetAsync(edge, $"GET / HTTP/1.1\r\nHost: example.com\r\n{headers}\r\n"));
    }

    // The answer comes before everything was read.
    private static async Task<string> SendIgnoringResetAsync(TestEdge edge, string request)
    {
        using RawConnection connection = await edge.ConnectAsync();
        await connection.WriteAsync(request);
        return await connection.ReadUntilAsync("\r\n\r\n");
    }
}

using System.IO.Pipelines;
using System.Text;
using Skep.Abstractions.Channels;
using Skep.Abstractions.Events;
using Skep.Edge.Outbound;
using Skep.Testing;

namespace Skep.Edge.Tests.Outbound;

public sealed class SendTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Method_target_and_headers_go_out_as_written()
    {
        await using TestEdge origin = await TestEdge.StartAsync(EchoHead);
        using HttpSubrequestChannel channel = ChannelTesting.Channel();
        string seen = await (await channel.FetchAsync(
            ChannelTesting.Get(origin.UrlOf("/a%2Fb/%41/..;x?q=%zz&u=é#frag").Replace("é", "%C3%A9", StringComparison.Ordinal), "x-a", "1", "x-a", "2", "content-type", "text/x", "user-agent", "mine", "date", "not a date", "if-modified-since", "x"))).TextAsync();
        Assert.StartsWith($"GET {origin.UrlOf("/a%2Fb/%41/..;x?q=%zz&u=%C3%A9")}\n", seen);
        Assert.Contains("\nx-a: 1, 2\n", seen);
        Assert.Contains("\ncontent-type: text/x\n", seen);
        Assert.Contains("\nuser-agent: mine\n", seen);
        Assert.Contains("\ndate: not a date\n", seen);
        Assert.Contains("\nif-modified-since: x\n", seen);
        Assert.Contains("\naccept-encoding: br, gzip\n", seen);
        Assert.DoesNotContain("traceparent", seen);
    }

    [Fact]
    public async Task Nothing_is_added_but_what_fetch_adds()
    {
        await using TestEdge origin = await TestEdge.StartAsync(EchoHead);
        using HttpSubrequestChannel channel = ChannelTesting.Channel();
        string seen = await (await channel.FetchAsync(ChannelTesting.Get(origin.UrlOf()))).TextAsync();
        Assert.Equal($"GET {origin.UrlOf()}\naccept-encoding: br, gzip\nhost: {origin.EndPoint}\n", seen);
    }

    [Fact]
    public async Task Host_and_connection_headers_of_the_worker_are_ignored()
    {
        await using TestEdge origin = await TestEdge.StartAsync(EchoHead);
        using HttpSubrequestChannel channel = ChannelTesting.Channel();
        string seen = await (await channel.FetchAsync(
            ChannelTesting.Post(origin.UrlOf(), "four", "host", "evil", "content-length", "2", "transfer-encoding", "chunked", "connection", "close", "expect", "100-continue", "upgrade", "x", "te", "trailers", "keep-alive", "x"))).TextAsync();
        Assert.Equal($"POST {origin.UrlOf()}\naccept-encoding: br, gzip\ncontent-length: 4\nhost: {origin.EndPoint}\n", seen);
    }

    [Theory]
    [InlineData("x-a", "b\r\nx-evil: 1")]
    [InlineData("x-a\r\nx-evil", "1")]
    public async Task A_header_that_would_break_the_message_is_refused(string name, string value)
    {
        await using TestEdge origin = await TestEdge.StartAsync(EchoHead);
        using HttpSubrequestChannel channel = ChannelTesting.Channel();
        await Assert.ThrowsAsync<SubrequestException>(async () => await channel.FetchAsync(ChannelTesting.Get(origin.UrlOf(), name, value)));
    }

    [Fact]
    public async Task The_response_arrives_with_status_headers_and_body()
    {
        await using OriginScript origin = OriginScript.Answering(
            "HTTP/1.1 418 I'm A Pot\r\nContent-Type: text/x\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-Utf8: \xC3\xA9\r\nKeep-Alive: x\r\nContent-Length: 4\r\n\r\nbody");
        using HttpSubrequestChannel channel = ChannelTesting.Channel();
        SubrequestResponse response = await channel.FetchAsync(ChannelTesting.Get(origin.Url + "/x"));
        Assert.Equal(418, response.Status);
        Assert.Equal("I'm A Pot", response.StatusText);
        Assert.Equal(origin.Url + "/x", response.Url);
        Assert.Equal(1, response.RequestsSent);
        Assert.Equal(4, response.BodyLength);
        Assert.Equal("a=1|b=2", response.Header("set-cookie"));
        Assert.Equal("text/x", response.Header("content-type"));
        Assert.Equal("é", response.Header("x-utf8"));
        Assert.Null(response.Header("keep-alive"));
        Assert.Equal("body", await response.TextAsync());
    }

    [Theory]
    [InlineData("HEAD", 200)]
    [InlineData("GET", 204)]
    [InlineData("GET", 304)]
    public async Task A_response_that_can_have_no_body_has_none(string method, int status)
    {
        await using TestEdge origin = await TestEdge.StartAsync(request => request.AnswerEmpty(status, "content-length", "10"));
        using HttpSubrequestChannel channel = ChannelTesting.Channel();
        await using SubrequestResponse response = await channel.FetchAsync(new Subrequest { Method = method, Url = origin.UrlOf(), Headers = [] });
        Assert.Null(response.Body);
        Assert.Null(response.BodyLength);
        Assert.Equal(status == 204 ? null : "10", response.Header("content-length"));
    }

    [Theory]
    [InlineData(200, "gzip")]
    [InlineData(200, "zstd")]
    [InlineData(206, "gzip")]
    public async Task A_coded_body_stays_as_it_is(int status, string coding)
    {
        await using TestEdge origin = await TestEdge.StartAsync(request => AnswerBytes(request, status, "raw"u8.ToArray(), "content-encoding", coding));
        using HttpSubrequestChannel channel = ChannelTesting.Channel();
        SubrequestResponse response = await channel.FetchAsync(ChannelTesting.Get(origin.UrlOf()));
        Assert.Equal(coding, response.Header("content-encoding"));
        Assert.Equal("3", response.Header("content-length"));
        Assert.Equal(3, response.BodyLength);
        Assert.Equal("raw", await response.TextAsync());
    }

    [Fact]
    public async Task A_request_body_is_sent_while_it_is_produced()
    {
        var first = new TaskCompletionSource();
        await using TestEdge origin = await TestEdge.StartAsync(FakeWorker.Async(async request =>
        {
            byte[] buffer = new byte[100];
            int count = await request.Body!.ReadAsync(buffer);
            first.SetResult();
            var all = new MemoryStream();
            all.Write(buffer, 0, count);
            await request.Body.CopyToAsync(all);
            request.Answer(200, $"{request.BodyLength}:{Encoding.UTF8.GetString(all.ToArray())}");
        }));
        using HttpSubrequestChannel channel = ChannelTesting.Channel();
        var pipe = new Pipe();
        ValueTask<SubrequestResponse> sending = channel.FetchAsync(
            new Subrequest { Method = "POST", Url = origin.UrlOf(), Headers = [], BodyStream = pipe.Reader.AsStream(), HasBody = true });
        await pipe.Writer.WriteAsync("one"u8.ToArray(), TestContext.Current.CancellationToken);
        await first.Task.WaitAsync(_patience, TestContext.Current.CancellationToken);
        await pipe.Writer.WriteAsync("two"u8.ToArray(), TestContext.Current.CancellationToken);
        await pipe.Writer.CompleteAsync();
        Assert.Equal(":onetwo", await (await sending).TextAsync());
    }

    [Fact]
    public async Task A_stream_of_known_length_is_sent_with_it()
    {
        await using TestEdge origin = await TestEdge.StartAsync(FakeWorker.Async(async request =>
        {
            using var reader = new StreamReader(request.Body!);
            request.Answer(200, $"{request.BodyLength}:{await reader.ReadToEndAsync()}");
        }));
        using HttpSubrequestChannel channel = ChannelTesting.Channel();
        var stream = new MemoryStream("hello"u8.ToArray());
        SubrequestResponse response = await channel.FetchAsync(
            new Subrequest { Method = "PUT", Url = origin.UrlOf(), Headers = [], BodyStream = stream, BodyLength = 5, HasBody = true });
        Assert.Equal("5:hello", await response.TextAsync());
    }

    [Fact]
    public async Task A_response_body_is_read_while_it_is_produced_and_its_disposal_reaches_the_origin()
    {
        var gone = new TaskCompletionSource();
        await using TestEdge origin = await TestEdge.StartAsync(FakeWorker.Async(async request =>
        {
            await using CancellationTokenRegistration registration = request.Aborted.Register(gone.SetResult);
            request.SetStatus(200, null);
            byte[] chunk = new byte[64 << 10];
            "first"u8.CopyTo(chunk);
            await request.ResponseBody.WriteAsync(chunk.AsMemory(0, 5));
            while (!gone.Task.IsCompleted)
                await request.ResponseBody.WriteAsync(chunk);
            request.Fail(new(Abstractions.Errors.WorkerErrorCode.Exception, "gone"), false, FetchEvents.Ok with { Outcome = InvocationOutcome.Canceled });
        }));
        using HttpSubrequestChannel channel = ChannelTesting.Channel();
        SubrequestResponse response = await channel.FetchAsync(ChannelTesting.Get(origin.UrlOf()));
        byte[] five = new byte[5];
        await response.Body!.ReadExactlyAsync(five, TestContext.Current.CancellationToken);
        Assert.Equal("first"u8, five);
        await response.DisposeAsync();
        await gone.Task.WaitAsync(_patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Cancellation_ends_the_wait_and_tells_the_origin()
    {
        var entered = new TaskCompletionSource();
        var gone = new TaskCompletionSource();
        await using TestEdge origin = await TestEdge.StartAsync(FakeWorker.Async(async request =>
        {
            await using CancellationTokenRegistration registration = request.Aborted.Register(gone.SetResult);
            entered.SetResult();
            await gone.Task;
            request.Fail(new(Abstractions.Errors.WorkerErrorCode.Exception, "gone"), false, FetchEvents.Ok with { Outcome = InvocationOutcome.Canceled });
        }));
        using HttpSubrequestChannel channel = ChannelTesting.Channel();
        using var abort = new CancellationTokenSource();
        ValueTask<SubrequestResponse> sending = channel.SendAsync(ChannelTesting.Get(origin.UrlOf()), abort.Token);
        await entered.Task;
        await abort.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await sending);
        await gone.Task.WaitAsync(_patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Connections_are_reused()
    {
        int connections = 0;
        await using var origin = new OriginScript(async connection =>
        {
            connections++;
            for (int n = 0; n < 5; n++)
            {
                await connection.ReadUntilAsync("\r\n\r\n");
                await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            }
        });
        using HttpSubrequestChannel channel = ChannelTesting.Channel();
        for (int n = 0; n < 5; n++)
            Assert.Equal("ok", await (await channel.FetchAsync(ChannelTesting.Get(origin.Url))).TextAsync());
        Assert.Equal(1, connections);
    }

    private static void EchoHead(FetchEvent request)
    {
        List<string> flat = [];
        request.CopyHeaders(flat);
        IEnumerable<string> lines = flat.Chunk(2).Where(pair => !Skep.Edge.Dispatch.EdgeHeaders.IsOwn(pair[0]))
            .GroupBy(pair => pair[0], pair => pair[1]).Select(group => $"{group.Key}: {string.Join(", ", group)}\n").Order(StringComparer.Ordinal);
        request.Answer(200, $"{request.Method} {request.Url}\n{string.Concat(lines)}");
    }

    private static void AnswerBytes(FetchEvent request, int status, byte[] bytes, string name, string value)
    {
        request.SetStatus(status, null);
        request.AddHeader(name, value);
        request.SetContentLength(bytes.Length);
        bytes.CopyTo(request.ResponseBody.GetMemory(bytes.Length));
        request.ResponseBody.Advance(bytes.Length);
        request.Complete(FetchEvents.Ok);
    }
}

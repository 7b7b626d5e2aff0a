using System.Buffers;
using System.Text;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Testing;

namespace Skep.Edge.Tests.Dispatch;

public sealed class ResponseTests
{
    [Fact]
    public async Task Status_reason_headers_and_body_arrive()
    {
        await using TestEdge edge = await TestEdge.StartAsync(request =>
        {
            request.SetStatus(299, "Fine");
            request.AddHeader("content-type", "text/x");
            request.AddHeader("x-a", "1");
            request.AddHeader("set-cookie", "a=1");
            request.AddHeader("set-cookie", "b=2");
            request.AddHeader("cache-control", "no-store");
            request.AddHeader("cache-control", "private");
            request.SetContentLength(2);
            request.ResponseBody.Write("ok"u8);
            request.Complete(FetchEvents.Ok);
        });
        string response = await edge.GetAsync("/");
        Assert.StartsWith("HTTP/1.1 299 Fine\r\n", response);
        Assert.Contains("\r\nContent-Type: text/x\r\n", response);
        Assert.Contains("\r\nx-a: 1\r\n", response);
        Assert.Contains("\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n", response);
        Assert.Contains("\r\nCache-Control: no-store\r\nCache-Control: private\r\n", response);
        Assert.Contains("\r\nContent-Length: 2\r\n", response);
        Assert.Contains("\r\nDate: ", response);
        Assert.DoesNotContain("Server:", response);
        Assert.EndsWith("\r\n\r\nok", response);
    }

    [Fact]
    public async Task A_body_of_unknown_length_is_chunked()
    {
        await using TestEdge edge = await TestEdge.StartAsync(FakeWorker.Async(async request =>
        {
            request.SetStatus(200, null);
            request.AddHeader("content-length", "999");
            await request.ResponseBody.WriteAsync("one"u8.ToArray());
            await Task.Yield();
            await request.ResponseBody.WriteAsync("two"u8.ToArray());
            request.Complete(FetchEvents.Ok);
        }));
        string response = await edge.GetAsync("/");
        Assert.Contains("\r\nTransfer-Encoding: chunked\r\n", response);
        Assert.DoesNotContain("999", response);
        Assert.EndsWith("\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n", response);
    }

    [Fact]
    public async Task The_head_is_sent_with_the_first_flush()
    {
        var go = new TaskCompletionSource();
        await using TestEdge edge = await TestEdge.StartAsync(FakeWorker.Async(async request =>
        {
            request.SetStatus(200, null);
            await request.ResponseBody.FlushAsync();
            await go.Task;
            await request.ResponseBody.WriteAsync("late"u8.ToArray());
            request.Complete(FetchEvents.Ok);
        }));
        using RawConnection connection = await edge.ConnectAsync();
        await connection.WriteAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", await connection.ReadUntilAsync("\r\n\r\n"));
        go.SetResult();
        await connection.ReadUntilAsync("4\r\nlate\r\n0\r\n\r\n");
    }

    [Theory]
    [InlineData(204)]
    [InlineData(304)]
    public async Task A_status_without_body_has_none(int status)
    {
        await using TestEdge edge = await TestEdge.StartAsync(request => request.AnswerEmpty(status, "x-a", "1"));
        string response = await edge.GetAsync("/");
        Assert.StartsWith($"HTTP/1.1 {status} ", response);
        Assert.DoesNotContain("Content-Length", response);
        Assert.DoesNotContain("Transfer-Encoding", response);
        Assert.EndsWith("\r\n\r\n", response);
    }

    [Fact]
    public async Task No_body_is_a_length_of_zero()
    {
        await using TestEdge edge = await TestEdge.StartAsync(request => request.AnswerEmpty(200));
        Assert.Contains("\r\nContent-Length: 0\r\n", await edge.GetAsync("/"));
    }

    [Fact]
    public async Task Head_gets_the_head_only()
    {
        await using TestEdge edge = await TestEdge.StartAsync(request => request.Answer(200, "hello"));
        string response = await edge.SendAsync("HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        Assert.Contains("\r\nContent-Length: 5\r\n", response);
        Assert.EndsWith("\r\n\r\n", response);
    }

    [Fact]
    public async Task Head_may_declare_a_length_that_it_does_not_send()
    {
        await using TestEdge edge = await TestEdge.StartAsync(request => request.AnswerEmpty(200, "content-length", "1234"));
        string response = await edge.SendAsync("HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        Assert.Contains("\r\nContent-Length: 1234\r\n", response);
    }

    [Theory]
    [InlineData("connection", "upgrade")]
    [InlineData("Transfer-Encoding", "chunked")]
    [InlineData("keep-alive", "x-marker")]
    [InlineData("upgrade", "x-marker")]
    [InlineData("trailer", "x-marker")]
    [InlineData("te", "x-marker")]
    [InlineData("proxy-connection", "x-marker")]
    public async Task Hop_by_hop_headers_are_ignored(string name, string value)
    {
        await using TestEdge edge = await TestEdge.StartAsync(request => request.Answer(200, "ok", name, value));
        string response = await edge.GetAsync("/");
        Assert.StartsWith("HTTP/1.1 200 ", response);
        Assert.DoesNotContain(value, response);
        Assert.EndsWith("\r\n\r\nok", response);
    }

    [Theory]
    [InlineData("x-a", "b\r\nset-cookie: evil=1")]
    [InlineData("x-a", "b\0c")]
    [InlineData("content-type", "b\nc")]
    [InlineData("x a", "b")]
    [InlineData("x-a\r\nevil", "b")]
    public async Task A_header_that_would_break_the_message_is_refused(string name, string value)
    {
        await using TestEdge edge = await TestEdge.StartAsync(request =>
        {
            request.SetStatus(200, null);
            Exception? refusal = Record.Exception(() => request.AddHeader(name, value));
            request.FailWith(WorkerErrorCode.Exception, refusal?.Message ?? "accepted");
        });
        string response = await edge.GetAsync("/");
        Assert.StartsWith("HTTP/1.1 500 ", response);
        Assert.DoesNotContain("evil", response);
    }

    [Fact]
    public async Task Values_beyond_ascii_are_utf_8()
    {
        await using TestEdge edge = await TestEdge.StartAsync(request => request.Answer(200, "ok", "x-name", "é", "location", "/日"));
        byte[] response = Encoding.Latin1.GetBytes(await edge.GetAsync("/"));
        string text = Encoding.UTF8.GetString(response);
        Assert.Contains("\r\nx-name: é\r\n", text);
        Assert.Contains("\r\nLocation: /日\r\n", text);
    }

    [Fact]
    public async Task A_failure_after_the_head_cuts_the_connection()
    {
        await using TestEdge edge = await TestEdge.StartAsync(FakeWorker.Async(async request =>
        {
            request.SetStatus(200, null);
            await request.ResponseBody.WriteAsync("part"u8.ToArray());
            Assert.True(request.HasStarted);
            request.FailWith(WorkerErrorCode.Exception, "boom");
        }));
        using RawConnection connection = await edge.ConnectAsync();
        await connection.WriteAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        string received = "";
        Exception? end = await Record.ExceptionAsync(async () => received = await connection.ReadToEndAsync());
        Assert.True(end is null or System.Net.Sockets.SocketException);
        Assert.DoesNotContain("\r\n0\r\n\r\n", received);
        Assert.DoesNotContain("boom", received);
    }

    [Fact]
    public async Task What_was_set_before_a_failure_is_not_sent()
    {
        await using TestEdge edge = await TestEdge.StartAsync(request =>
        {
            request.SetStatus(201, "Made");
            request.AddHeader("x-secret", "s");
            request.SetContentLength(3);
            request.FailWith(WorkerErrorCode.Exception, "boom");
        });
        string response = await edge.GetAsync("/");
        Assert.StartsWith("HTTP/1.1 500 Internal Server Error\r\n", response);
        Assert.DoesNotContain("x-secret", response);
        Assert.EndsWith("\r\n\r\nerror code: 1101", response);
    }

    [Fact]
    public async Task A_large_body_passes_with_backpressure()
    {
        const int Chunk = 16 << 10;
        const int Count = 640;
        await using TestEdge edge = await TestEdge.StartAsync(FakeWorker.Async(async request =>
        {
            request.SetStatus(200, null);
            request.SetContentLength(Chunk * Count);
            byte[] chunk = new byte[Chunk];
            for (int i = 0; i < Count; i++)
                await request.ResponseBody.WriteAsync(chunk);
            request.Complete(FetchEvents.Ok);
        }));
        string response = await edge.GetAsync("/");
        Assert.Equal(Chunk * Count, response.Length - response.IndexOf("\r\n\r\n", StringComparison.Ordinal) - 4);
    }

    [Fact]
    public async Task A_worker_may_answer_on_another_thread_while_fetch_returns()
    {
        await using TestEdge edge = await TestEdge.StartAsync(request =>
            ThreadPool.UnsafeQueueUserWorkItem(_ => request.Answer(200, request.GetHeader("x-n")!), null));
        using RawConnection connection = await edge.ConnectAsync();
        for (int n = 0; n < 500; n++)
        {
            await connection.WriteAsync($"GET / HTTP/1.1\r\nHost: a\r\nX-N: {n}\r\n\r\n");
            Assert.EndsWith($"\r\n\r\n{n}", await connection.ReadResponseAsync());
        }
    }
}

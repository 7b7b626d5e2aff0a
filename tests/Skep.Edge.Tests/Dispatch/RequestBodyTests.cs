using System.Text;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Edge.Dispatch;
using Skep.Testing;

namespace Skep.Edge.Tests.Dispatch;

public sealed class RequestBodyTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(120);

    [Theory]
    [InlineData("Content-Length: 5", "hello", "5:hello")]
    [InlineData("Transfer-Encoding: chunked", "3\r\nhel\r\n2;ext=1\r\nlo\r\n0\r\nTrailer: x\r\n\r\n", ":hello")]
    [InlineData("Content-Length: 0", "", "0:")]
    [InlineData("X: no body", "", "null")]
    public async Task A_body_is_read_as_it_was_framed(string header, string body, string expected)
    {
        await using TestEdge edge = await TestEdge.StartAsync(FakeWorker.Async(async request =>
            request.Answer(200, request.Body is null ? "null" : $"{request.BodyLength}:{await ReadAsync(request)}")));
        Assert.EndsWith("\r\n\r\n" + expected, await edge.SendAsync($"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{header}\r\n\r\n{body}"));
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 3")]
    [InlineData("Transfer-Encoding: gzip")]
    [InlineData("Transfer-Encoding: chunked, identity")]
    public async Task Ambiguous_framing_never_becomes_a_second_request(string headers)
    {
        int requests = 0;
        await using TestEdge edge = await TestEdge.StartAsync(FakeWorker.Async(async request =>
        {
            Interlocked.Increment(ref requests);
            string body = request.Body is null ? "" : await ReadAsync(request);
            request.Answer(200, body);
        }));
        string response = await edge.SendAsync($"POST / HTTP/1.1\r\nHost: a\r\n{headers}\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 ", response);
        if (response.StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
            Assert.Contains("Connection: close", response);
        else
            Assert.Equal(0, requests);
    }

    [Fact]
    public async Task Expect_100_continue_is_answered_when_the_worker_reads()
    {
        await using TestEdge edge = await TestEdge.StartAsync(FakeWorker.Async(async request => request.Answer(200, await ReadAsync(request))));
        using RawConnection connection = await edge.ConnectAsync();
        await connection.WriteAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", await connection.ReadUntilAsync("\r\n\r\n"));
        await connection.WriteAsync("ok");
        Assert.EndsWith("\r\n\r\nok", await connection.ReadResponseAsync());
    }

    [Fact]
    public async Task A_large_body_is_read_with_backpressure_and_the_connection_goes_on()
    {
        await using TestEdge edge = await TestEdge.StartAsync(FakeWorker.Async(async request =>
        {
            using var copy = new MemoryStream();
            await request.Body!.CopyToAsync(copy);
            request.Answer(200, copy.Length.ToString());
        }));
        using RawConnection connection = await edge.ConnectAsync();
        for (int n = 0; n < 2; n++)
        {
            await connection.WriteAsync($"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\n{new string('x', 5_000_000)}");
            Assert.EndsWith("\r\n\r\n5000000", await connection.ReadResponseAsync());
        }
    }

    [Fact]
    public async Task A_body_that_nobody_reads_does_not_become_the_next_request()
    {
        await using TestEdge edge = await TestEdge.StartAsync(request => request.Answer(200, request.Url));
        using RawConnection connection = await edge.ConnectAsync();
        await connection.WriteAsync("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 27\r\n\r\nGET /evil HTTP/1.1\r\nHost: b\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.EndsWith("http://a/1", await connection.ReadResponseAsync());
        Assert.EndsWith("http://a/2", await connection.ReadResponseAsync());
    }

    [Fact]
    public async Task A_copy_whose_destination_fails_leaves_the_connection_usable()
    {
        await using TestEdge edge = await TestEdge.StartAsync(FakeWorker.Async(async request =>
        {
            using var full = new MemoryStream(new byte[2], writable: true);
            if (request.Body is null)
                request.Answer(200, "next");
            else
                request.Answer(200, (await Record.ExceptionAsync(() => request.Body.CopyToAsync(full, TestContext.Current.CancellationToken)))?.GetType().Name ?? "copied");
        }));
        using RawConnection connection = await edge.ConnectAsync();
        await connection.WriteAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n" + new string('x', 200_000) + "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.EndsWith(nameof(NotSupportedException), await connection.ReadResponseAsync());
        Assert.EndsWith("next", await connection.ReadResponseAsync());
    }

    [Fact]
    public async Task A_stream_kept_beyond_its_event_reads_nothing_of_the_next_upload()
    {
        Stream? kept = null;
        await using TestEdge edge = await TestEdge.StartAsync(FakeWorker.Async(async request =>
        {
            if (kept is null)
            {
                kept = request.Body;
                request.Answer(200, "first");
                return;
            }

            IOException error = await Assert.ThrowsAsync<IOException>(() => kept.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken));
            request.Answer(200, error.Message + await ReadAsync(request));
        }));
        using RawConnection connection = await edge.ConnectAsync();
        await connection.WriteAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nonePOST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\ntwo");
        Assert.EndsWith("first", await connection.ReadResponseAsync());
        Assert.EndsWith("Can't read from request stream after response has been sent.two", await connection.ReadResponseAsync());
    }

    [Fact]
    public async Task A_read_in_flight_when_the_event_ends_is_called_off()
    {
        var reading = new TaskCompletionSource<Task>();
        await using TestEdge edge = await TestEdge.StartAsync(request =>
        {
            reading.SetResult(request.Body!.ReadAsync(new byte[10]).AsTask());
            request.Answer(200, "early");
        });
        using RawConnection connection = await edge.ConnectAsync();
        await connection.WriteAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n");
        Task read = await reading.Task;
        await Assert.ThrowsAsync<IOException>(() => read.WaitAsync(_patience, TestContext.Current.CancellationToken));
        Assert.EndsWith("early", await connection.ReadResponseAsync());
    }

    [Theory]
    [InlineData("Content-Length: 11\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nb\r\n01234567890\r\n0\r\n\r\n")]
    public async Task A_body_over_the_limit_gets_413(string rest)
    {
        await using TestEdge edge = await TestEdge.StartAsync(
            FakeWorker.Async(async request =>
            {
                try
                {
                    request.Answer(200, await ReadAsync(request));
                }
                catch (IOException error)
                {
                    request.FailWith(WorkerErrorCode.Exception, error.Message);
                }
            }),
            new DispatchOptions { MaxRequestBodyBytes = 10 });
        Assert.StartsWith("HTTP/1.1 413 ", await edge.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + rest));
    }

    [Fact]
    public async Task A_client_that_leaves_within_its_upload_fails_the_read()
    {
        var failed = new TaskCompletionSource<Exception?>();
        await using TestEdge edge = await TestEdge.StartAsync(FakeWorker.Async(async request =>
        {
            failed.SetResult(await Record.ExceptionAsync(() => ReadAsync(request)));
            request.Fail(new(WorkerErrorCode.Exception, "gone"), false, FetchEvents.Ok with { Outcome = InvocationOutcome.Canceled });
        }));
        using (RawConnection connection = await edge.ConnectAsync())
            await connection.WriteAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
        Assert.IsAssignableFrom<IOException>(await failed.Task.WaitAsync(_patience, TestContext.Current.CancellationToken));
    }

    private static async Task<string> ReadAsync(FetchEvent request)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[7];
        while (await request.Body!.ReadAsync(buffer) is > 0 and var count)
            text.Append(Encoding.Latin1.GetString(buffer, 0, count));
        return text.ToString();
    }
}

using System.IO.Pipelines;
using Skep.Abstractions.Channels;
using Skep.Edge.Outbound;
using Skep.Testing;

namespace Skep.Edge.Tests.Outbound;

/// <summary>Responses that begin, or end, before their request has been sent.</summary>
public sealed class DuplexTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(120);

    // More than all buffers between here and the origin hold.
    private const int Much = 24 << 20;

    [Theory]
    [InlineData("bytes")]
    [InlineData("stream")]
    [InlineData("stream of known length")]
    public async Task An_origin_that_echoes_as_it_reads_gets_and_sends_everything(string kind)
    {
        await using TestEdge origin = await TestEdge.StartAsync(Echo(), new() { MaxRequestBodyBytes = null });
        using HttpSubrequestChannel channel = ChannelTesting.Channel();
        byte[] sent = new byte[Much];
        new Random(1).NextBytes(sent);
        await using SubrequestResponse response = await channel.FetchAsync(kind switch
        {
            "bytes" => new Subrequest { Method = "POST", Url = origin.UrlOf(), Headers = [], HasBody = true, BodyBytes = sent },
            _ => Streaming(origin.UrlOf(), new MemoryStream(sent), kind == "stream" ? null : Much),
        }).AsTask().WaitAsync(_patience, TestContext.Current.CancellationToken);
        using var received = new MemoryStream();
        await response.Body!.CopyToAsync(received, TestContext.Current.CancellationToken).WaitAsync(_patience, TestContext.Current.CancellationToken);
        Assert.True(received.ToArray().AsSpan().SequenceEqual(sent));
    }

    [Fact]
    public async Task What_is_sent_may_depend_on_what_was_received()
    {
        await using TestEdge origin = await TestEdge.StartAsync(Echo());
        using HttpSubrequestChannel channel = ChannelTesting.Channel();
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync("0"u8.ToArray(), TestContext.Current.CancellationToken);
        await using SubrequestResponse response = await channel.FetchAsync(Streaming(origin.UrlOf(), pipe.Reader.AsStream()))
            .AsTask().WaitAsync(_patience, TestContext.Current.CancellationToken);
        byte[] one = new byte[1];
        for (byte i = (byte)'0'; i < '5'; i++)
        {
            await response.Body!.ReadExactlyAsync(one, TestContext.Current.CancellationToken).AsTask().WaitAsync(_patience, TestContext.Current.CancellationToken);
            Assert.Equal(i, one[0]);
            await pipe.Writer.WriteAsync(new[] { (byte)(i + 1) }, TestContext.Current.CancellationToken);
        }

        await pipe.Writer.CompleteAsync();
        Assert.Equal("5", await response.TextAsync());
    }

    [Fact]
    public async Task A_refusal_is_read_though_the_origin_stops_reading()
    {
        await using OriginScript origin = OriginScript.Answering("HTTP/1.1 413 Too Much\r\nContent-Length: 3\r\nConnection: close\r\n\r\nno!");
        using HttpSubrequestChannel channel = ChannelTesting.Channel();
        var endless = new Pipe();
        Task producing = ProduceAsync(endless.Writer);
        await using SubrequestResponse response = await channel.FetchAsync(Streaming(origin.Url, endless.Reader.AsStream()));
        Assert.Equal((413, "Too Much"), (response.Status, response.StatusText));
        Assert.Equal("no!", await response.TextAsync());

        // Whoever makes the body hears that nobody reads it any more.
        await producing.WaitAsync(_patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_source_that_breaks_is_the_reason_and_the_origin_sees_no_end()
    {
        var ended = new TaskCompletionSource<string>();
        await using OriginScript origin = new(async connection => ended.SetResult(await connection.ReadToEndAsync()));
        using HttpSubrequestChannel channel = ChannelTesting.Channel();
        var pipe = new Pipe();
        ValueTask<SubrequestResponse> sending = channel.FetchAsync(Streaming(origin.Url, pipe.Reader.AsStream()));
        await pipe.Writer.WriteAsync("part"u8.ToArray(), TestContext.Current.CancellationToken);
        await pipe.Writer.CompleteAsync(new SubrequestException("the source broke"));
        SubrequestException error = await Assert.ThrowsAsync<SubrequestException>(async () => await sending);
        Assert.Equal("the source broke", error.Message);
        Assert.DoesNotContain("\r\n0\r\n\r\n", await ended.Task.WaitAsync(_patience, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4;x=1\r\nbody\r\nB\r\n, and more.\r\n0\r\nX-Trailer: 1\r\n\r\n", "body, and more.")]
    [InlineData("HTTP/1.0 200 OK\nX-A: 1\n\nuntil the end", "until the end")]
    [InlineData("HTTP/1.1 200\r\nContent-Length: 4\r\n\r\nbody, and more", "body")]
    public async Task Every_framing_of_a_response_is_understood(string answer, string expected)
    {
        await using OriginScript origin = OriginScript.Answering(answer);
        using HttpSubrequestChannel channel = ChannelTesting.Channel();
        Assert.Equal(expected, await (await channel.FetchAsync(Streaming(origin.Url, Unfinished()))).TextAsync());
    }

    [Theory]
    [InlineData("", "closed the connection before its response was complete")]
    [InlineData("HTTP/1.1 200 OK\r\nX-", "closed the connection before its response was complete")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n\r\n", "not valid HTTP")]
    [InlineData("HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "not valid HTTP")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "not valid HTTP")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: x\r\n\r\n", "not valid HTTP")]
    [InlineData("HTTP/1.1 101 Switching\r\n\r\n", "not valid HTTP")]
    public async Task A_broken_head_is_told(string answer, string expected)
    {
        await using OriginScript origin = OriginScript.Answering(answer);
        using HttpSubrequestChannel channel = ChannelTesting.Channel();
        SubrequestException error = await Assert.ThrowsAsync<SubrequestException>(async () => await channel.FetchAsync(Streaming(origin.Url, Unfinished())));
        Assert.Contains(expected, error.Message);
    }

    [Theory]
    [InlineData("Content-Length: 10\r\n\r\npart")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n9\r\npart")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n4\r\npart\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n4\r\npartly\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nzz\r\n")]
    public async Task A_body_that_breaks_off_fails(string rest)
    {
        await using OriginScript origin = OriginScript.Answering("HTTP/1.1 200 OK\r\n" + rest);
        using HttpSubrequestChannel channel = ChannelTesting.Channel();
        SubrequestResponse response = await channel.FetchAsync(Streaming(origin.Url, Unfinished()));
        await Assert.ThrowsAsync<SubrequestException>(response.TextAsync);
    }

    [Fact]
    public async Task An_abort_closes_the_connection()
    {
        var ended = new TaskCompletionSource();
        await using OriginScript origin = new(async connection =>
        {
            await connection.ReadToEndAsync();
            ended.SetResult();
        });
        using HttpSubrequestChannel channel = ChannelTesting.Channel();
        using var abort = new CancellationTokenSource();
        ValueTask<SubrequestResponse> sending = channel.SendAsync(Streaming(origin.Url, Unfinished()), abort.Token);
        abort.CancelAfter(50);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await sending);
        await ended.Task.WaitAsync(_patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task The_guard_holds()
    {
        using var channel = new HttpSubrequestChannel(new OutboundOptions());
        SubrequestException error = await Assert.ThrowsAsync<SubrequestException>(
            async () => await channel.FetchAsync(Streaming("http://127.0.0.1:1/", Unfinished())));
        Assert.Contains("this server itself", error.Message);
    }

    private static async Task ProduceAsync(PipeWriter writer)
    {
        while (!(await writer.WriteAsync(new byte[1 << 10], TestContext.Current.CancellationToken)).IsCompleted)
            await Task.Yield();
    }

    private static FakeWorker Echo() => FakeWorker.Async(async request =>
    {
        request.SetStatus(200, null);
        byte[] buffer = new byte[16 << 10];
        while (await request.Body!.ReadAsync(buffer) is > 0 and var count)
        {
            await request.ResponseBody.WriteAsync(buffer.AsMemory(0, count));
            await request.ResponseBody.FlushAsync();
        }

        request.Complete(FetchEvents.Ok);
    });

    private static Subrequest Streaming(string url, Stream body, long? length = null) =>
        new() { Method = "POST", Url = url, Headers = [], HasBody = true, BodyStream = body, BodyLength = length };

    private static Stream Unfinished() => new Pipe().Reader.AsStream();
}

using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Skep.Abstractions.Events;
using Skep.Testing;

namespace Skep.Edge.Tests.Transport;

public sealed class ConnectionTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task A_request_may_arrive_byte_by_byte()
    {
        await using TestEdge edge = await TestEdge.StartAsync(FakeWorker.Answering("ok"));
        using RawConnection connection = await edge.ConnectAsync();
        foreach (char each in "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            await connection.WriteAsync(each.ToString());
        Assert.EndsWith("ok", await connection.ReadResponseAsync());
    }

    [Fact]
    public async Task Pipelined_requests_are_answered_in_order()
    {
        await using TestEdge edge = await TestEdge.StartAsync(new FakeWorker(request => request.Answer(200, new Uri(request.Url).AbsolutePath)));
        using RawConnection connection = await edge.ConnectAsync();

        // More than a segment holds, so that requests lie across two.
        int count = 1000;
        await connection.WriteAsync(string.Concat(Enumerable.Range(0, count).Select(n => $"GET /{n} HTTP/1.1\r\nHost: a\r\nX-Filler: {new string('x', n % 97)}\r\n\r\n")));
        for (int n = 0; n < count; n++)
            Assert.EndsWith($"\r\n\r\n/{n}", await connection.ReadResponseAsync());
    }

    [Fact]
    public async Task A_head_larger_than_a_segment_is_read()
    {
        string value = new('v', 60_000);
        await using TestEdge edge = await TestEdge.StartAsync(new FakeWorker(request => request.Answer(200, request.GetHeader("x-large") == value ? "same" : "other")));
        Assert.EndsWith("same", await edge.GetAsync("/", $"X-Large: {value}\r\n"));
    }

    [Fact]
    public async Task A_client_that_finishes_after_its_request_still_gets_the_answer_of_a_worker_that_gives_it_at_once()
    {
        await using TestEdge edge = await TestEdge.StartAsync(FakeWorker.Answering("ok"));
        using RawConnection connection = await edge.ConnectAsync();
        await connection.WriteAsync("GET /warm HTTP/1.1\r\nHost: a\r\n\r\n");
        await connection.ReadResponseAsync();
        await connection.WriteAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        connection.Socket.Shutdown(SocketShutdown.Send);
        Assert.EndsWith("ok", await connection.ReadToEndAsync());
    }

    [Fact]
    public async Task A_client_that_does_not_read_holds_the_writer_up()
    {
        var heldUp = new TaskCompletionSource();
        const int total = 64 << 20;
        await using TestEdge edge = await TestEdge.StartAsync(FakeWorker.Async(async request =>
        {
            request.SetStatus(200, null);
            request.SetContentLength(total);
            PipeWriter body = request.ResponseBody;
            for (int sent = 0; sent < total; sent += 1 << 20)
            {
                body.GetSpan(1 << 20)[..(1 << 20)].Fill((byte)(sent >> 20));
                body.Advance(1 << 20);
                ValueTask<FlushResult> flush = body.FlushAsync();
                if (!flush.IsCompleted)
                    heldUp.TrySetResult();
                await flush;
            }

            request.Complete(FetchEvents.Ok);
        }));
        using RawConnection connection = await edge.ConnectAsync();
        await connection.WriteAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        await heldUp.Task.WaitAsync(_patience, TestContext.Current.CancellationToken);

        await connection.ReadUntilAsync("\r\n\r\n");
        string received = await connection.ReadToEndAsync();
        Assert.Equal(total, received.Length);
        for (int block = 0; block < 64; block++)
            Assert.Equal((char)block, received[(block << 20) + 12345]);
    }

    [Fact]
    public async Task A_flush_of_many_segments_of_any_size_arrives_whole_and_in_order()
    {
        byte[] bytes = new byte[24 << 20];
        Random.Shared.NextBytes(bytes);
        await using TestEdge edge = await TestEdge.StartAsync(FakeWorker.Async(async request =>
        {
            request.SetStatus(200, null);
            request.SetContentLength(bytes.Length);
            PipeWriter body = request.ResponseBody;
            int[] sizes = [1, 70_000, 16 << 10, 300, 100_000, 5];
            for (int sent = 0, piece = 0; sent < bytes.Length; piece++)
            {
                int size = Math.Min(sizes[piece % sizes.Length], bytes.Length - sent);
                bytes.AsSpan(sent, size).CopyTo(body.GetSpan(size));
                body.Advance(size);
                sent += size;
            }

            await body.FlushAsync();
            request.Complete(FetchEvents.Ok);
        }));
        using RawConnection connection = await edge.ConnectAsync();
        await connection.WriteAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        await connection.ReadUntilAsync("\r\n\r\n");
        string received = await connection.ReadToEndAsync();
        Assert.True(bytes.AsSpan().SequenceEqual(System.Text.Encoding.Latin1.GetBytes(received)));
    }

    [Fact]
    public async Task A_client_that_leaves_while_the_writer_is_held_up_ends_the_flush()
    {
        var heldUp = new TaskCompletionSource();
        var ended = new TaskCompletionSource<bool>();
        await using TestEdge edge = await TestEdge.StartAsync(FakeWorker.Async(async request =>
        {
            request.SetStatus(200, null);
            PipeWriter body = request.ResponseBody;
            FlushResult result = default;
            while (!result.IsCompleted)
            {
                body.Advance(body.GetMemory(1 << 20).Length);
                ValueTask<FlushResult> flush = body.FlushAsync();
                if (!flush.IsCompleted)
                    heldUp.TrySetResult();
                result = await flush;
            }

            ended.SetResult(true);
            request.Fail(new(Abstractions.Errors.WorkerErrorCode.Exception, "gone"), false, FetchEvents.Ok with { Outcome = InvocationOutcome.Canceled });
        }));
        using (RawConnection connection = await edge.ConnectAsync())
        {
            await connection.WriteAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            await heldUp.Task.WaitAsync(_patience, TestContext.Current.CancellationToken);
        }

        Assert.True(await ended.Task.WaitAsync(_patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_aborted_request_is_reset()
    {
        await using TestEdge edge = await TestEdge.StartAsync(new FakeWorker(request =>
            request.Fail(new(Abstractions.Errors.WorkerErrorCode.Exception, "gone"), false, FetchEvents.Ok with { Outcome = InvocationOutcome.Canceled })));
        using RawConnection connection = await edge.ConnectAsync();
        await connection.WriteAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        SocketException error = await Assert.ThrowsAsync<SocketException>(connection.ReadToEndAsync);
        Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
    }
}

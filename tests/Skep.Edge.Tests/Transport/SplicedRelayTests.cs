using System.Net.Sockets;
using System.Text;
using Skep.Abstractions.Channels;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Edge.Outbound;
using Skep.Edge.Tests.Outbound;
using Skep.Edge.Transport;
using Skep.Testing;

namespace Skep.Edge.Tests.Transport;

/// <summary>Large bodies that go from an origin's socket to a client's without coming into this process.</summary>
public sealed class SplicedRelayTests : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(120);
    private static readonly byte[] _content = Content(24 << 20);
    private readonly HttpSubrequestChannel _channel = ChannelTesting.Channel();

    public void Dispose() => _channel.Dispose();

    [Fact]
    public async Task All_of_a_body_arrives_in_order_though_its_client_is_slow()
    {
        await using TestEdge origin = await TestEdge.StartAsync(FakeWorker.Async(SendContentAsync));
        TaskCompletionSource<Task> relaying = new();
        await using TestEdge edge = await TestEdge.StartAsync(Relaying(origin.UrlOf(), relaying));
        using RawConnection client = await edge.ConnectAsync();
        await client.WriteAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        // More than the kernel takes, and nobody reads: it waits.
        Task relay = await relaying.Task.WaitAsync(_patience, TestContext.Current.CancellationToken);
        Assert.False(relay.IsCompleted);

        Assert.Contains($"Content-Length: {_content.Length}", await client.ReadUntilAsync("\r\n\r\n"));
        byte[] received = Encoding.Latin1.GetBytes(await client.ReadToEndAsync());
        Assert.True(_content.AsSpan().SequenceEqual(received));
        await relay;
    }

    [Fact]
    public async Task Both_connections_serve_one_request_after_the_other()
    {
        int connections = 0;
        string body = Encoding.Latin1.GetString(_content, 0, 300_000);
        await using OriginScript origin = new(async connection =>
        {
            connections++;
            for (int i = 0; i < 3; i++)
            {
                await connection.ReadUntilAsync("\r\n\r\n");
                await connection.WriteAsync($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}");
            }
        });
        await using TestEdge edge = await TestEdge.StartAsync(Relaying(origin.Url));
        using RawConnection client = await edge.ConnectAsync();
        for (int i = 0; i < 3; i++)
        {
            await client.WriteAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Assert.EndsWith("\r\n\r\n" + body, await client.ReadResponseAsync());
        }

        Assert.Equal(1, connections);
    }

    [Fact]
    public async Task An_origin_that_breaks_off_breaks_the_response_off()
    {
        await using OriginScript origin = OriginScript.Answering($"HTTP/1.1 200 OK\r\nContent-Length: {_content.Length}\r\n\r\n{new string('a', 500_000)}");
        TaskCompletionSource<Task> relaying = new();
        await using TestEdge edge = await TestEdge.StartAsync(Relaying(origin.Url, relaying));
        using RawConnection client = await edge.ConnectAsync();
        await client.WriteAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await client.ReadUntilAsync("\r\n\r\n");
        await Assert.ThrowsAsync<SubrequestException>(async () => await await relaying.Task.WaitAsync(_patience, TestContext.Current.CancellationToken));
        await EndAsync(client);
    }

    [Fact]
    public async Task A_client_that_leaves_ends_it()
    {
        await using TestEdge origin = await TestEdge.StartAsync(FakeWorker.Async(SendContentAsync));
        TaskCompletionSource<Task> relaying = new();
        await using TestEdge edge = await TestEdge.StartAsync(Relaying(origin.UrlOf(), relaying));
        Task relay;
        using (RawConnection client = await edge.ConnectAsync())
        {
            await client.WriteAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            relay = await relaying.Task.WaitAsync(_patience, TestContext.Current.CancellationToken);
            Assert.False(relay.IsCompleted);
        }

        await ((Task)Task.WhenAny(relay)).WaitAsync(_patience, TestContext.Current.CancellationToken);
        Assert.True(relay.IsCompletedSuccessfully || relay.Exception?.InnerException is OperationCanceledException || relay.IsCanceled, relay.Exception?.ToString());
    }

    [Fact]
    public async Task More_than_was_announced_is_refused()
    {
        await using TestEdge origin = await TestEdge.StartAsync(FakeWorker.Async(SendContentAsync));
        TaskCompletionSource<Task> relaying = new();
        await using TestEdge edge = await TestEdge.StartAsync(Relaying(origin.UrlOf(), relaying, announced: SplicedRelay.WorthIt + 1));
        using RawConnection client = await edge.ConnectAsync();
        await client.WriteAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await await relaying.Task.WaitAsync(_patience, TestContext.Current.CancellationToken));
        await EndAsync(client);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 131071\r\n\r\n", 131_071)]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", 300_000)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 300_000)]
    public async Task Short_bodies_and_those_that_are_not_on_the_wire_as_they_are_have_to_be_copied(string head, long announced)
    {
        await using OriginScript origin = OriginScript.Answering(head);
        TaskCompletionSource<Task> relaying = new();
        await using TestEdge edge = await TestEdge.StartAsync(Relaying(origin.Url, relaying, announced));
        using RawConnection client = await edge.ConnectAsync();
        await client.WriteAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await Assert.ThrowsAsync<NotSupportedException>(async () => await await relaying.Task.WaitAsync(_patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_pipe_with_something_in_it_is_not_for_others()
    {
        using Socket listening = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listening.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        listening.Listen();
        using Socket sender = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        sender.Connect(listening.LocalEndPoint!);
        using Socket receiver = listening.Accept();
        sender.Send("somebody's"u8);

        SplicePipe pipe = SplicePipe.TryRent()!;
        Assert.Equal(10, pipe.Fill((int)receiver.Handle, SplicePipe.Capacity));
        pipe.Dispose();
        using SplicePipe other = SplicePipe.TryRent()!;
        Assert.NotSame(pipe, other);
        Assert.Equal(0, other.Count);
    }

    // A worker that answers with the origin's body; what became of that is told.
    private FakeWorker Relaying(string url, TaskCompletionSource<Task>? told = null, long? announced = null) => FakeWorker.Async(async request =>
    {
        await using SubrequestResponse response = await _channel.FetchAsync(ChannelTesting.Get(url));
        request.SetStatus(200, null);
        request.SetContentLength(announced ?? response.BodyLength!.Value);
        _ = request.ResponseBody;
        if (!request.TryRelay(response.Body!, out Task? relaying))
            relaying = Task.FromException(new NotSupportedException());
        told?.SetResult(relaying);
        await Task.WhenAny(relaying);
        if (relaying.IsCompletedSuccessfully)
            request.Complete(FetchEvents.Ok);
        else
            request.FailWith(WorkerErrorCode.Exception, "The body is not all there.");
    });

    private static async Task SendContentAsync(FetchEvent request)
    {
        request.SetStatus(200, null);
        request.SetContentLength(_content.Length);
        await request.ResponseBody.WriteAsync(_content);
        request.Complete(FetchEvents.Ok);
    }

    private static async Task EndAsync(RawConnection client)
    {
        try
        {
            Assert.True((await client.ReadToEndAsync()).Length < _content.Length);
        }
        catch (SocketException reset)
        {
            Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
        }
    }

    private static byte[] Content(int length)
    {
        byte[] bytes = new byte[length];
        new Random(7).NextBytes(bytes);
        return bytes;
    }
}

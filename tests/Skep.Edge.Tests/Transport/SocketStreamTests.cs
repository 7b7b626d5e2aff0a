using System.Net;
using System.Net.Sockets;
using Skep.Edge.Transport;
using Skep.Testing;

namespace Skep.Edge.Tests.Transport;

/// <summary>Connections that are opened from here, as streams.</summary>
public sealed class SocketStreamTests : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(120);
    private readonly EventLoopGroup _group = new(2);
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public SocketStreamTests()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _listener.Dispose();
        _group.Dispose();
    }

    [Fact]
    public async Task Bytes_go_both_ways_until_both_sides_have_ended()
    {
        (SocketStream stream, Socket peer) = await ConnectAsync();
        using Socket _ = peer;
        await using (stream)
        {
            await stream.WriteAsync("question"u8.ToArray(), Cancellation);
            Assert.Equal("question", await ReceiveAsync(peer, 8));
            stream.EndWriting();
            Assert.Equal(0, await peer.ReceiveAsync(new byte[1], Cancellation));

            await peer.SendAsync("answer"u8.ToArray(), Cancellation);
            peer.Shutdown(SocketShutdown.Send);
            using var answer = new StreamReader(stream);
            Assert.Equal("answer", await answer.ReadToEndAsync(Cancellation));
            Assert.Equal(0, await stream.ReadAsync(new byte[1], Cancellation));
        }
    }

    [Fact]
    public async Task A_refused_connection_says_so()
    {
        using DeafPort nowhere = new();
        SocketException refused = await Assert.ThrowsAsync<SocketException>(async () => await SocketStream.ConnectAsync(_group.Next(), nowhere.Address, Cancellation));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    [Fact]
    public async Task A_reader_that_gives_up_leaves_the_bytes_to_the_next()
    {
        (SocketStream stream, Socket peer) = await ConnectAsync();
        using Socket _ = peer;
        await using (stream)
        {
            using var giveUp = new CancellationTokenSource();
            ValueTask<int> first = stream.ReadAsync(new byte[8], giveUp.Token);
            Assert.False(first.IsCompleted);
            await giveUp.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await first);

            ValueTask<int> second = stream.ReadAsync(new byte[8], Cancellation);
            await peer.SendAsync("here"u8.ToArray(), Cancellation);
            Assert.Equal(4, await second);
        }
    }

    [Fact]
    public async Task An_empty_buffer_waits_for_bytes_and_takes_none()
    {
        (SocketStream stream, Socket peer) = await ConnectAsync();
        using Socket _ = peer;
        await using (stream)
        {
            ValueTask<int> waiting = stream.ReadAsync(Memory<byte>.Empty, Cancellation);
            Assert.False(waiting.IsCompleted);
            await peer.SendAsync("abc"u8.ToArray(), Cancellation);
            Assert.Equal(0, await waiting);
            Assert.Equal(0, await stream.ReadAsync(Memory<byte>.Empty, Cancellation));
            Assert.Equal(3, await stream.ReadAsync(new byte[8], Cancellation));
            Assert.False(stream.ReadAsync(Memory<byte>.Empty, Cancellation).IsCompleted);
        }
    }

    [Fact]
    public async Task A_peer_that_does_not_read_holds_the_writer_up()
    {
        (SocketStream stream, Socket peer) = await ConnectAsync();
        using Socket _ = peer;
        byte[] sent = new byte[32 << 20];
        Random.Shared.NextBytes(sent);
        ValueTask writing = stream.WriteAsync(sent, Cancellation);
        Assert.False(writing.IsCompleted);

        using var received = new MemoryStream();
        var buffer = new byte[100_000];
        while (received.Length < sent.Length)
            received.Write(buffer, 0, await peer.ReceiveAsync(buffer, Cancellation));
        await writing;
        Assert.True(sent.AsSpan().SequenceEqual(received.GetBuffer().AsSpan(0, sent.Length)));
        await stream.DisposeAsync();
    }

    [Fact]
    public async Task Closing_ends_what_waits()
    {
        (SocketStream stream, Socket peer) = await ConnectAsync();
        using Socket _ = peer;
        ValueTask<int> reading = stream.ReadAsync(new byte[1], Cancellation);
        ValueTask writing = stream.WriteAsync(new byte[32 << 20], Cancellation);
        await stream.DisposeAsync();
        await Assert.ThrowsAsync<IOException>(async () => await reading);
        await Assert.ThrowsAsync<IOException>(async () => await writing);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => stream.ReadAsync(new byte[1], Cancellation).AsTask());
        Assert.False(stream.IsQuiet);
    }

    [Fact]
    public async Task A_reset_fails_whoever_waits()
    {
        (SocketStream stream, Socket peer) = await ConnectAsync();
        await using SocketStream _ = stream;
        ValueTask<int> reading = stream.ReadAsync(new byte[1], Cancellation);
        peer.LingerState = new LingerOption(true, 0);
        peer.Dispose();
        IOException broken = await Assert.ThrowsAsync<IOException>(async () => await reading);
        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(broken.InnerException).SocketErrorCode);
    }

    [Fact]
    public async Task A_connection_is_quiet_until_its_peer_says_something()
    {
        (SocketStream stream, Socket peer) = await ConnectAsync();
        using Socket _ = peer;
        await using (stream)
        {
            Assert.True(stream.IsQuiet);
            await peer.SendAsync("unasked"u8.ToArray(), Cancellation);
            Assert.Equal(0, await stream.ReadAsync(Memory<byte>.Empty, Cancellation));
            Assert.False(stream.IsQuiet);
        }
    }

    [Fact]
    public async Task A_wait_goes_on_in_another_loop()
    {
        (SocketStream stream, Socket peer) = await ConnectAsync();
        using Socket _ = peer;
        await using (stream)
        {
            for (int n = 0; n < 50; n++)
            {
                ValueTask<int> reading = stream.ReadAsync(new byte[8], Cancellation);
                EventLoop other = _group.Loops.First(loop => loop != stream.Loop);
                stream.MoveTo(other);
                Assert.Same(other, stream.Loop);
                await peer.SendAsync("next"u8.ToArray(), Cancellation);
                Assert.Equal(4, await reading.AsTask().WaitAsync(_patience, Cancellation));
            }
        }
    }

    [Fact]
    public async Task What_came_before_a_move_is_read_after_it()
    {
        (SocketStream stream, Socket peer) = await ConnectAsync();
        using Socket _ = peer;
        await using (stream)
        {
            await peer.SendAsync("early"u8.ToArray(), Cancellation);
            stream.MoveTo(_group.Loops.First(loop => loop != stream.Loop));
            Assert.Equal(5, await stream.ReadAsync(new byte[8], Cancellation).AsTask().WaitAsync(_patience, Cancellation));
        }
    }

    private static async Task<string> ReceiveAsync(Socket peer, int count)
    {
        var bytes = new byte[count];
        for (int got = 0; got < count;)
            got += await peer.ReceiveAsync(bytes.AsMemory(got), Cancellation);
        return System.Text.Encoding.ASCII.GetString(bytes);
    }

    private async Task<(SocketStream Stream, Socket Peer)> ConnectAsync()
    {
        Task<Socket> accepting = _listener.AcceptAsync();
        SocketStream stream = await SocketStream.ConnectAsync(_group.Next(), (IPEndPoint)_listener.LocalEndPoint!, Cancellation);
        return (stream, await accepting);
    }
}

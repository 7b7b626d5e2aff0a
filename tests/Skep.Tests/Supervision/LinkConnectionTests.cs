using System.Text;
using Skep.Abstractions.Errors;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;
using Xunit;

namespace Skep.Tests.Supervision;

/// <summary>The link between supervisor and worker process, here with both ends in one process.</summary>
public sealed class LinkConnectionTests : IDisposable
{
    private const LinkMethod Method = LinkMethod.Check;

    private readonly LinkHandlers _answers = new();
    private readonly LinkConnection _near;
    private readonly LinkConnection _far;

    public LinkConnectionTests()
    {
        var (near, far) = LinkSocket.Pair();
        _near = new LinkConnection(near, new LinkHandlers(), "near");
        _far = new LinkConnection(far, _answers, "far");
        _near.Start();
        _far.Start();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _near.Dispose();
        _far.Dispose();
    }

    [Fact]
    public async Task Calls_are_answered_in_any_order()
    {
        TaskCompletionSource release = new();
        _answers.On(Method, async (request, _) =>
        {
            if (request.Payload.Span[0] == 1) await release.Task;
            else release.SetResult();
            return new LinkMessage(request.Payload);
        });

        var first = _near.CallAsync(Method, new LinkMessage(new byte[] { 1 }), Cancellation);
        var second = await _near.CallAsync(Method, new LinkMessage(new byte[] { 2 }), Cancellation);

        Assert.Equal([2], second.Payload.ToArray());
        Assert.Equal([1], (await first).Payload.ToArray());
    }

    [Fact]
    public async Task Many_calls_at_a_time_keep_apart()
    {
        const int Calls = 2000;
        _answers.On(Method, (request, _) => new(new LinkMessage(request.Payload)));

        var answers = await Task.WhenAll(Enumerable.Range(0, Calls).Select(async i =>
            BitConverter.ToInt32((await _near.CallAsync(Method, new LinkMessage(BitConverter.GetBytes(i)), Cancellation)).Payload.Span)));

        Assert.Equal(Enumerable.Range(0, Calls), answers);
    }

    [Fact]
    public async Task Failures_keep_their_type_and_text()
    {
        _answers
            .On(LinkMethod.Check, (_, _) => throw new WorkerStartupException(new WorkerError(WorkerErrorCode.Startup, "TypeError: no", "the stack")))
            .On(LinkMethod.Ping, (_, _) => throw new InvalidOperationException("something else"));

        var startup = await Assert.ThrowsAsync<WorkerStartupException>(() => _near.CallAsync(LinkMethod.Check, LinkMessage.Empty, Cancellation));
        Assert.Equal(("TypeError: no", "the stack"), (startup.Error.Message, startup.Error.Stack));
        Assert.Equal("something else", (await Assert.ThrowsAsync<LinkException>(() => _near.CallAsync(LinkMethod.Ping, LinkMessage.Empty, Cancellation))).Message);
        Assert.Contains("Drain", (await Assert.ThrowsAsync<LinkException>(() => _near.CallAsync(LinkMethod.Drain, LinkMessage.Empty, Cancellation))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bodies_of_any_length_go_both_ways()
    {
        var bytes = new byte[5_000_001];
        Random.Shared.NextBytes(bytes);
        _answers.On(Method, async (request, cancellation) =>
        {
            MemoryStream copy = new();
            await request.Body!.CopyToAsync(copy, cancellation);
            copy.Position = 0;
            return new LinkMessage(default, copy);
        });

        var answer = await _near.CallAsync(Method, new LinkMessage(default, new MemoryStream(bytes)), Cancellation);
        MemoryStream back = new();
        await answer.Body!.CopyToAsync(back, Cancellation);

        Assert.Equal(bytes, back.ToArray());
    }

    [Fact]
    public async Task A_body_is_sent_no_faster_than_it_is_read()
    {
        CountingStream source = new();
        _answers.On(Method, (_, _) => new(new LinkMessage(default, source)));
        var answer = await _near.CallAsync(Method, LinkMessage.Empty, Cancellation);
        await source.Stalled;
        Assert.InRange(source.Taken, InboundBody.Window, InboundBody.Window + CountingStream.Piece);

        var buffer = new byte[InboundBody.Window];
        await answer.Body!.ReadExactlyAsync(buffer, Cancellation);
        await source.TakenSoMuch(InboundBody.Window * 3 / 2);

        await answer.Body.DisposeAsync();
        await source.Disposed;
    }

    [Fact]
    public async Task Who_wants_no_answer_any_more_cancels_the_work()
    {
        TaskCompletionSource began = new();
        TaskCompletionSource cancelled = new();
        _answers.On(Method, async (_, cancellation) =>
        {
            await using var registration = cancellation.Register(cancelled.SetResult);
            began.SetResult();
            await cancelled.Task;
            return LinkMessage.Empty;
        });
        using CancellationTokenSource impatience = new();
        var call = _near.CallAsync(Method, LinkMessage.Empty, impatience.Token);
        await began.Task;

        await impatience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await cancelled.Task;
    }

    [Fact]
    public async Task Calls_fail_when_the_other_side_ends()
    {
        TaskCompletionSource began = new();
        _answers.On(Method, async (_, cancellation) =>
        {
            began.SetResult();
            await Task.Delay(Timeout.Infinite, cancellation);
            return LinkMessage.Empty;
        });
        var call = _near.CallAsync(Method, LinkMessage.Empty, Cancellation);
        await began.Task;

        _far.Dispose();

        await Assert.ThrowsAsync<LinkClosedException>(() => call);
        await _near.Closed;
        await Assert.ThrowsAsync<LinkClosedException>(() => _near.CallAsync(Method, LinkMessage.Empty, Cancellation));
        Assert.False(_near.Notify(LinkMethod.Output, "text"u8));
    }

    [Fact]
    public async Task Notices_come_in_their_order()
    {
        const int Notices = 1000;
        List<string> heard = [];
        TaskCompletionSource all = new();
        _answers.OnNotice(LinkMethod.Output, notice =>
        {
            heard.Add(Encoding.UTF8.GetString(notice));
            if (heard.Count == Notices) all.SetResult();
        });

        for (var i = 0; i < Notices; i++) Assert.True(_near.Notify(LinkMethod.Output, Encoding.UTF8.GetBytes($"{i}")));

        await all.Task;
        Assert.Equal(Enumerable.Range(0, Notices).Select(i => $"{i}"), heard);
    }

    /// <summary>Endless zeros; tells how many were taken.</summary>
    private sealed class CountingStream : Stream
    {
        public const int Piece = 64 << 10;

        private readonly TaskCompletionSource _stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long _read;

        public long Taken => Volatile.Read(ref _read);

        /// <summary>Ends when a window has been taken.</summary>
        public Task Stalled => _stalled.Task;

        public Task Disposed => _disposed.Task;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public async Task TakenSoMuch(long bytes)
        {
            while (Taken < bytes) await Task.Yield();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Interlocked.Add(ref _read, buffer.Length) >= InboundBody.Window) _stalled.TrySetResult();
            return new(buffer.Length);
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            _disposed.TrySetResult();
            base.Dispose(disposing);
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

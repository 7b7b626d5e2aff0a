using System.IO.Pipelines;
using Skep.Supervision.Peers;
using Xunit;

namespace Skep.Tests.Supervision.Peers;

/// <summary>Streams to another worker process, and what a writer may do while the other side does not read.</summary>
public sealed class PeerPipeWriterTests : IDisposable
{
    private const int Enough = 8 << 20;

    private readonly PeerPair _pair = new();
    private readonly PeerPipeWriter _writer;
    private readonly Stream _reading;
    private readonly byte[] _bytes = new byte[Enough];

    public PeerPipeWriterTests()
    {
        _writer = PeerPipeWriter.Offer(_pair.Near);
        _reading = InboundStream.Accept(_pair.Far, _writer.Id, grant: false).Body;
        Random.Shared.NextBytes(_bytes);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _reading.Dispose();
        _pair.Dispose();
    }

    [Fact]
    public async Task What_is_written_while_a_flush_waits_for_the_reader_comes_behind_it()
    {
        var received = ReadAsync();

        // As a worker's body is written: a flush at a time, and no write waits for it.
        Task<FlushResult>? flushing = null;
        for (var sent = 0; sent < Enough;)
        {
            var count = Math.Min(1 + Random.Shared.Next(5000), Enough - sent);
            _bytes.AsSpan(sent, count).CopyTo(_writer.GetSpan(count));
            _writer.Advance(count);
            sent += count;
            if (flushing is null or { IsCompleted: true }) flushing = _writer.FlushAsync(Cancellation).AsTask();
        }

        await flushing!;
        await _writer.FlushAsync(Cancellation);
        await _writer.CompleteAsync();

        Assert.True((await received).AsSpan().SequenceEqual(_bytes));
    }

    [Fact]
    public async Task What_waits_for_the_reader_is_sent_when_nothing_more_comes()
    {
        _bytes.AsSpan(0, Enough / 2).CopyTo(_writer.GetSpan(Enough / 2));
        _writer.Advance(Enough / 2);
        var flushing = _writer.FlushAsync(Cancellation).AsTask();
        _bytes.AsSpan(Enough / 2).CopyTo(_writer.GetSpan(Enough / 2));
        _writer.Advance(Enough / 2);
        Assert.False(flushing.IsCompleted);

        await _writer.CompleteAsync();

        Assert.True((await ReadAsync()).AsSpan().SequenceEqual(_bytes));
        Assert.False((await flushing).IsCanceled);
    }

    private async Task<byte[]> ReadAsync()
    {
        using MemoryStream all = new();
        await _reading.CopyToAsync(all, Cancellation);
        return all.ToArray();
    }
}

using System.IO.Pipelines;
using Skep.Supervision.Peers;
using Xunit;

namespace Skep.Tests.Supervision.Peers;

/// <summary>Streams to another worker process, and what a writer may do while the other side does not read.</summary>
public sealed class PeerPipeWriterTests : IDisposable
{
    private const int Enough = 8 << 20;

    private readonly PeerPair _pair = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _pair.Dispose();

    [Fact]
    public async Task What_is_written_while_a_flush_waits_for_the_reader_comes_behind_it()
    {
        var writer = PeerPipeWriter.Offer(_pair.Near);
        await using var reading = InboundStream.Accept(_pair.Far, writer.Id, grant: false).Body;
        var bytes = new byte[Enough];
        Random.Shared.NextBytes(bytes);
        var received = ReadAsync(reading);

        // As a worker's body is written: a flush at a time, and no write waits for it.
        Task<FlushResult>? flushing = null;
        for (var sent = 0; sent < Enough;)
        {
            var count = Math.Min(1 + Random.Shared.Next(5000), Enough - sent);
            bytes.AsSpan(sent, count).CopyTo(writer.GetSpan(count));
            writer.Advance(count);
            sent += count;
            if (flushing is null or { IsCompleted: true }) flushing = writer.FlushAsync(Cancellation).AsTask();
        }

        await flushing!;
        await writer.FlushAsync(Cancellation);
        await writer.CompleteAsync();

        Assert.True((await received).AsSpan().SequenceEqual(bytes));
    }

    [Fact]
    public async Task What_waits_for_the_reader_is_sent_when_nothing_more_comes()
    {
        var writer = PeerPipeWriter.Offer(_pair.Near);
        await using var reading = InboundStream.Accept(_pair.Far, writer.Id, grant: false).Body;
        var bytes = new byte[Enough];
        Random.Shared.NextBytes(bytes);
        bytes.AsSpan(0, Enough / 2).CopyTo(writer.GetSpan(Enough / 2));
        writer.Advance(Enough / 2);
        var flushing = writer.FlushAsync(Cancellation).AsTask();
        bytes.AsSpan(Enough / 2).CopyTo(writer.GetSpan(Enough / 2));
        writer.Advance(Enough / 2);
        Assert.False(flushing.IsCompleted);

        await writer.CompleteAsync();

        Assert.True((await ReadAsync(reading)).AsSpan().SequenceEqual(bytes));
        Assert.False((await flushing).IsCanceled);
    }

    private static async Task<byte[]> ReadAsync(Stream reading)
    {
        using MemoryStream all = new();
        await reading.CopyToAsync(all, Cancellation);
        return all.ToArray();
    }
}

using System.IO.Pipelines;

namespace Skep.Runtime.Services;

/// <summary>One end of a connection within the process. Disposing of it cuts both directions.</summary>
internal sealed class PipeConnection : Stream
{
    private readonly PipeReader incoming;
    private readonly PipeWriter outgoing;
    private readonly Stream reading;
    private readonly Stream writing;

    private PipeConnection(PipeReader incoming, PipeWriter outgoing)
    {
        this.incoming = incoming;
        this.outgoing = outgoing;
        reading = incoming.AsStream();
        writing = outgoing.AsStream();
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Both ends of a new connection.</summary>
    public static (PipeConnection One, PipeConnection Other) Pair()
    {
        Pipe there = new();
        Pipe back = new();
        return (new PipeConnection(back.Reader, there.Writer), new PipeConnection(there.Reader, back.Writer));
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => reading.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        reading.ReadAsync(buffer, offset, count, cancellationToken);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var flushed = await outgoing.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (flushed.IsCompleted) throw new IOException("The other end has closed the connection.");
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => writing.FlushAsync(cancellationToken);

    public override void Flush() => writing.Flush();

    public override int Read(byte[] buffer, int offset, int count) => reading.Read(buffer, offset, count);

    public override void Write(byte[] buffer, int offset, int count) => writing.Write(buffer, offset, count);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            outgoing.Complete();
            incoming.Complete();
        }

        base.Dispose(disposing);
    }
}

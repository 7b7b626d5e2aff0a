using System.IO.Pipelines;
using Skep.Abstractions.Channels;

namespace Skep.Edge.Postgres;

/// <summary>A worker's end of a connection to a pool, which is in this process.</summary>
internal sealed class PooledConnection : SocketConnection
{
    private readonly DuplexPipeStream _stream;

    private PooledConnection(DuplexPipeStream stream, string address) => (_stream, RemoteAddress) = (stream, address);

    /// <inheritdoc/>
    public override Stream Stream => _stream;

    /// <inheritdoc/>
    public override string RemoteAddress { get; }

    /// <inheritdoc/>
    public override string LocalAddress => "hyperdrive";

    /// <summary>The two ends of a connection.</summary>
    public static (PooledConnection Worker, Stream Pool) Create(string address)
    {
        Pipe toPool = new(), toWorker = new();
        return (new PooledConnection(new DuplexPipeStream(toWorker.Reader, toPool.Writer), address), new DuplexPipeStream(toPool.Reader, toWorker.Writer));
    }

    /// <inheritdoc/>
    public override ValueTask EndWritingAsync() => _stream.EndWritingAsync();

    /// <inheritdoc/>
    public override ValueTask StartTlsAsync(string? serverName, CancellationToken cancellation) =>
        throw new SubrequestException("Hyperdrive needs no TLS between the Worker and its pool: use the connection string as it is (sslmode=disable).");

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => _stream.DisposeAsync();

    private sealed class DuplexPipeStream(PipeReader from, PipeWriter to) : Stream
    {
        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public ValueTask EndWritingAsync() => to.CompleteAsync();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var result = await from.ReadAsync(cancellationToken).ConfigureAwait(false);
            var count = (int)Math.Min(result.Buffer.Length, buffer.Length);
            var taken = result.Buffer.Slice(0, count);
            System.Buffers.BuffersExtensions.CopyTo(taken, buffer.Span);
            from.AdvanceTo(taken.End);
            return count;
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            await to.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override async ValueTask DisposeAsync()
        {
            await to.CompleteAsync().ConfigureAwait(false);
            // A read under way ends as at the connection's end.
            from.CancelPendingRead();
            await from.CompleteAsync().ConfigureAwait(false);
            await base.DisposeAsync().ConfigureAwait(false);
        }
    }
}

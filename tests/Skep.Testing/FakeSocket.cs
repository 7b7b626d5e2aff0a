using System.IO.Pipelines;
using Skep.Abstractions.Channels;

namespace Skep.Testing;

/// <summary>A worker's TCP connection whose other side is the test.</summary>
public sealed class FakeSocket : SocketConnection
{
    private readonly Pipe _toWorker = new();
    private readonly Pipe _fromWorker = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public FakeSocket() => Stream = new Duplex(_toWorker.Reader.AsStream(), _fromWorker.Writer.AsStream());

    public override Stream Stream { get; }

    public override string RemoteAddress => "192.0.2.1:7";

    public override string LocalAddress => "192.0.2.2:50000";

    /// <summary>Writes to the worker; completing it is the end of what the other side sends.</summary>
    public PipeWriter ToWorker => _toWorker.Writer;

    /// <summary>Reads what the worker writes.</summary>
    public PipeReader FromWorker => _fromWorker.Reader;

    /// <summary>The name that TLS was started with: null for none given, "-" when it was not started.</summary>
    public string? TlsName { get; private set; } = "-";

    /// <summary>Completes when the worker's side has closed the connection.</summary>
    public Task Closed => _closed.Task;

    public override async ValueTask EndWritingAsync() => await _fromWorker.Writer.CompleteAsync();

    public override ValueTask StartTlsAsync(string? serverName, CancellationToken cancellation)
    {
        TlsName = serverName;
        return ValueTask.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        await _fromWorker.Writer.CompleteAsync();
        _closed.TrySetResult();
    }

    private sealed class Duplex(Stream input, Stream output) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => input.ReadAsync(buffer, cancellationToken);

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await output.WriteAsync(buffer, cancellationToken);
            await output.FlushAsync(cancellationToken);
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}

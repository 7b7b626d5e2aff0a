using System.IO.Pipelines;

namespace Skep.Runtime.Tests.WebSockets;

/// <summary>A connection in memory, with a window after which its writer waits.</summary>
internal sealed class DuplexPipe
{
    private DuplexPipe(Stream ours, Stream theirs) => (Ours, Theirs) = (ours, theirs);

    public Stream Ours { get; }

    public Stream Theirs { get; }

    /// <param name="window">How many bytes are on their way at most.</param>
    /// <param name="written">Called when our end was written to, on the thread that does.</param>
    public static DuplexPipe New(int window = 64 << 10, Action? written = null)
    {
        PipeOptions options = new(pauseWriterThreshold: window, resumeWriterThreshold: window / 2);
        Pipe up = new(options), down = new(options);
        return new DuplexPipe(new End(down.Reader, up.Writer, written), new End(up.Reader, down.Writer, null));
    }

    private sealed class End(PipeReader reader, PipeWriter writer, Action? written) : Stream
    {
        private readonly Stream reading = reader.AsStream();

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => reading.ReadAsync(buffer, cancellationToken);

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var writing = writer.WriteAsync(buffer, cancellationToken);
            written?.Invoke();
            var result = await writing;
            if (result.IsCompleted) throw new IOException("The peer is gone.");
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            // Whoever reads is woken, as by a socket that is closed under him.
            reader.CancelPendingRead();
            writer.Complete();
            reader.Complete();
            base.Dispose(disposing);
        }
    }
}

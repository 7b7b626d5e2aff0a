using System.Buffers;
using System.IO.Compression;

namespace Skep.Runtime.Streams;

/// <summary>Brotli compression.</summary>
internal sealed class BrotliCompressor : Coder
{
    // Responses are compressed while a client waits: beyond this the gain is small and the time is not.
    private const int Quality = 5;
    private const int Window = 20;

    private BrotliEncoder encoder = new(Quality, Window);

    public BrotliCompressor()
        : base(decompress: false)
    {
    }

    public override int Weight => 4 << 20;

    public override void Dispose() => encoder.Dispose();

    protected override CoderState Step(ReadOnlySpan<byte> input, Span<byte> output, bool last, out int consumed, out int written)
    {
        var status = encoder.Compress(input, output, out consumed, out written, last);
        return status switch
        {
            OperationStatus.Done when last && consumed == input.Length => CoderState.Ended,
            OperationStatus.InvalidData => throw new InvalidOperationException("The Brotli encoder failed."),
            _ => CoderState.Running,
        };
    }
}

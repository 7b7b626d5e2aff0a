using System.Buffers;
using System.IO.Compression;

namespace Skep.Runtime.Streams;

/// <summary>Brotli decompression.</summary>
internal sealed class BrotliDecompressor : Coder
{
    private BrotliDecoder decoder;

    public BrotliDecompressor()
        : base(decompress: true)
    {
    }

    public override int Weight => 4 << 20;

    public override void Dispose() => decoder.Dispose();

    protected override CoderState Step(ReadOnlySpan<byte> input, Span<byte> output, bool last, out int consumed, out int written) =>
        decoder.Decompress(input, output, out consumed, out written) switch
        {
            OperationStatus.Done => CoderState.Ended,
            OperationStatus.InvalidData => CoderState.Malformed,
            _ => CoderState.Running,
        };
}

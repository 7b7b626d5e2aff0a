using System.Runtime.InteropServices;
using Skep.Runtime.Compression;

namespace Skep.Runtime.Streams;

/// <summary>gzip, zlib ("deflate") and raw deflate.</summary>
internal sealed unsafe class ZlibCoder : Coder
{
    private readonly bool decompress;
    private Zlib.Stream* stream;

    public ZlibCoder(bool decompress, int windowBits)
        : base(decompress)
    {
        this.decompress = decompress;
        stream = (Zlib.Stream*)NativeMemory.AllocZeroed((nuint)sizeof(Zlib.Stream));
        var status = Zlib.Open(stream, decompress, windowBits);
        if (status != Zlib.Ok)
        {
            Release(opened: false);
            throw new InvalidOperationException($"zlib could not be set up ({status}).");
        }
    }

    ~ZlibCoder() => Release(opened: true);

    public override int Weight => decompress ? 48 << 10 : 272 << 10;

    public override void Dispose()
    {
        Release(opened: true);
        GC.SuppressFinalize(this);
    }

    protected override CoderState Step(ReadOnlySpan<byte> input, Span<byte> output, bool last, out int consumed, out int written)
    {
        ObjectDisposedException.ThrowIf(stream == null, this);
        int status;
        fixed (byte* source = input, target = output)
        {
            stream->NextIn = source;
            stream->AvailableIn = (uint)input.Length;
            stream->NextOut = target;
            stream->AvailableOut = (uint)output.Length;
            status = Zlib.Step(stream, decompress, last && !decompress ? Zlib.FinishFlush : Zlib.NoFlush);
            consumed = input.Length - (int)stream->AvailableIn;
            written = output.Length - (int)stream->AvailableOut;
            stream->NextIn = stream->NextOut = null;
        }

        return status switch
        {
            // A buffer error says only that there was nothing to do.
            Zlib.Ok or Zlib.BufferError => CoderState.Running,
            Zlib.StreamEnd => CoderState.Ended,
            _ => CoderState.Malformed,
        };
    }

    private void Release(bool opened)
    {
        if (stream == null) return;
        if (opened) Zlib.Close(stream, decompress);
        NativeMemory.Free(stream);
        stream = null;
    }
}

using System.Runtime.InteropServices;
using Skep.Runtime.Compression;

namespace Skep.Runtime.WebSockets;

/// <summary>A raw deflate stream of zlib's that can be begun anew.</summary>
internal sealed unsafe class RawDeflate : IDisposable
{
    private const int WindowBits = -15;

    private readonly bool decompress;
    private Zlib.Stream* stream;

    public RawDeflate(bool decompress)
    {
        this.decompress = decompress;
        stream = (Zlib.Stream*)NativeMemory.AllocZeroed((nuint)sizeof(Zlib.Stream));
        var status = Zlib.Open(stream, decompress, WindowBits);
        if (status == Zlib.Ok) return;
        NativeMemory.Free(stream);
        stream = null;
        GC.SuppressFinalize(this);
        throw new InvalidOperationException($"zlib could not be set up ({status}).");
    }

    ~RawDeflate() => Release();

    /// <summary>Codes as much as fits, up to a flush point. False when the input is malformed.</summary>
    public bool Step(ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written)
    {
        ObjectDisposedException.ThrowIf(stream == null, this);
        int status;
        fixed (byte* source = input, target = output)
        {
            stream->NextIn = source;
            stream->AvailableIn = (uint)input.Length;
            stream->NextOut = target;
            stream->AvailableOut = (uint)output.Length;
            status = Zlib.Step(stream, decompress, Zlib.SyncFlush);
            consumed = input.Length - (int)stream->AvailableIn;
            written = output.Length - (int)stream->AvailableOut;
            stream->NextIn = stream->NextOut = null;
        }

        // A message may end its stream (RFC 7692, section 7.2.3.5): what follows begins another.
        if (status == Zlib.StreamEnd) Reset();
        // A buffer error says only that there was nothing to do.
        return status is Zlib.Ok or Zlib.BufferError or Zlib.StreamEnd;
    }

    /// <summary>Forgets everything it has seen.</summary>
    public void Reset() => Zlib.Reset(stream, decompress);

    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    private void Release()
    {
        if (stream == null) return;
        Zlib.Close(stream, decompress);
        NativeMemory.Free(stream);
        stream = null;
    }
}

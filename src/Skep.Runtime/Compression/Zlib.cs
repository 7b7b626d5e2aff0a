using System.Runtime.InteropServices;

namespace Skep.Runtime.Compression;

/// <summary>zlib, of which .NET offers only streams that pull: a coder that is fed needs the library itself. It is the one that
/// the node executable carries and exports.</summary>
internal static unsafe class Zlib
{
    public const int NoFlush = 0;
    public const int SyncFlush = 2;
    public const int FinishFlush = 4;
    public const int Ok = 0;
    public const int StreamEnd = 1;
    public const int BufferError = -5;

    private const int Deflated = 8;
    private const int DefaultLevel = -1;
    private const int DefaultMemoryLevel = 8;

    private static readonly nint Library = NativeLibrary.GetMainProgramHandle();

    private static readonly delegate* unmanaged<Stream*, int, int, int, int, int, byte*, int, int> DeflateInit2 =
        (delegate* unmanaged<Stream*, int, int, int, int, int, byte*, int, int>)NativeLibrary.GetExport(Library, "deflateInit2_");

    private static readonly delegate* unmanaged<Stream*, int, byte*, int, int> InflateInit2 =
        (delegate* unmanaged<Stream*, int, byte*, int, int>)NativeLibrary.GetExport(Library, "inflateInit2_");

    private static readonly delegate* unmanaged<Stream*, int, int> DeflateStep =
        (delegate* unmanaged<Stream*, int, int>)NativeLibrary.GetExport(Library, "deflate");

    private static readonly delegate* unmanaged<Stream*, int, int> InflateStep =
        (delegate* unmanaged<Stream*, int, int>)NativeLibrary.GetExport(Library, "inflate");

    private static readonly delegate* unmanaged<Stream*, int> DeflateDestroy =
        (delegate* unmanaged<Stream*, int>)NativeLibrary.GetExport(Library, "deflateEnd");

    private static readonly delegate* unmanaged<Stream*, int> InflateDestroy =
        (delegate* unmanaged<Stream*, int>)NativeLibrary.GetExport(Library, "inflateEnd");

    private static readonly delegate* unmanaged<Stream*, int> DeflateRestart =
        (delegate* unmanaged<Stream*, int>)NativeLibrary.GetExport(Library, "deflateReset");

    private static readonly delegate* unmanaged<Stream*, int> InflateRestart =
        (delegate* unmanaged<Stream*, int>)NativeLibrary.GetExport(Library, "inflateReset");

    /// <summary>Prepares a zeroed stream, which must not move afterwards. <paramref name="windowBits"/> chooses the format:
    /// 15 zlib, -15 raw, 31 gzip.</summary>
    public static int Open(Stream* stream, bool decompress, int windowBits)
    {
        // Only the first character and the size are compared with the library's.
        fixed (byte* version = "1"u8)
        {
            return decompress
                ? InflateInit2(stream, windowBits, version, sizeof(Stream))
                : DeflateInit2(stream, DefaultLevel, Deflated, windowBits, DefaultMemoryLevel, 0, version, sizeof(Stream));
        }
    }

    public static int Step(Stream* stream, bool decompress, int flush) => decompress ? InflateStep(stream, flush) : DeflateStep(stream, flush);

    public static void Reset(Stream* stream, bool decompress) => _ = decompress ? InflateRestart(stream) : DeflateRestart(stream);

    public static void Close(Stream* stream, bool decompress) => _ = decompress ? InflateDestroy(stream) : DeflateDestroy(stream);

    /// <summary>z_stream</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Stream
    {
        public byte* NextIn;
        public uint AvailableIn;
        public CULong TotalIn;
        public byte* NextOut;
        public uint AvailableOut;
        public CULong TotalOut;
        public byte* Message;
        public nint State;
        public nint Allocate;
        public nint Free;
        public nint Opaque;
        public int DataType;
        public CULong Adler;
        public CULong Reserved;
    }
}

using Skep.Runtime.Isolates;
using Skep.V8;

namespace Skep.Runtime.Streams;

/// <summary>Ops of CompressionStream and DecompressionStream (<c>js/streams/ops.ts</c>).</summary>
internal static unsafe class CompressionOps
{
    private const int RawWindow = -15;
    private const int ZlibWindow = 15;
    private const int GzipWindow = 31;

    [ThreadStatic]
    private static byte[]? block;

    public static void Register(OpTable ops)
    {
        ops.Add("compress_open", &Open);
        ops.Add("compress_write", &Write);
        ops.Add("compress_more", &More);
        ops.Add("compress_finish", &Finish);
        ops.Add("compress_close", &Close);
    }

    private static byte[] Block => block ??= new byte[Coder.BlockSize];

    private static void Open(in OpCall call)
    {
        var isolate = call.State<WorkerIsolate>();
        var owner = isolate.Current;
        var decompress = call[1].Boolean;
        Coder coder = call[0].ToString() switch
        {
            "gzip" => new ZlibCoder(decompress, GzipWindow) { Owner = owner },
            "deflate" => new ZlibCoder(decompress, ZlibWindow) { Owner = owner },
            "deflate-raw" => new ZlibCoder(decompress, RawWindow) { Owner = owner },
            "brotli" when decompress => new BrotliDecompressor { Owner = owner },
            "brotli" => new BrotliCompressor { Owner = owner },
            var format => throw new InvalidOperationException($"There is no format '{format}'."),
        };
        call.Return(isolate.Coders.Add(coder));
    }

    private static void Write(in OpCall call) => Return(in call, Find(in call).Write(call[1].Bytes, Block));

    private static void More(in OpCall call) => Return(in call, Find(in call).Continue(Block));

    private static void Finish(in OpCall call) => Return(in call, Find(in call).Finish(Block));

    private static void Close(in OpCall call) => call.State<WorkerIsolate>().Coders.Close(call[0].Int32);

    private static Coder Find(in OpCall call) => call.State<WorkerIsolate>().Coders.Find(call[0].Int32);

    private static void Return(in OpCall call, int written)
    {
        if (written < 0) call.ReturnNull();
        else call.ReturnBytes(Block.AsSpan(0, written));
    }
}

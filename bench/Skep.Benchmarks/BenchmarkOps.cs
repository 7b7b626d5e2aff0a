using System.Text;
using Skep.V8;

namespace Skep.Benchmarks;

/// <summary>The host's side of the crossings.</summary>
internal static unsafe class BenchmarkOps
{
    /// <summary>The length of what the benchmarks call long.</summary>
    public const int LongLength = 16384;

    private const string ShortText = "content-type";

    private static readonly string LongText = new('x', LongLength);

    private static readonly byte[] Buffer = new byte[LongLength];

    /// <summary>A table with all of them.</summary>
    public static OpTable Table()
    {
        OpTable table = new();
        table.Add("nothing", &Nothing);
        table.Add("add", &Add);
        table.Add("take_string", &TakeString);
        table.Add("take_utf8", &TakeUtf8);
        table.Add("give_short", &GiveShort);
        table.Add("give_long", &GiveLong);
        table.Add("take_bytes", &TakeBytes);
        table.Add("give_bytes", &GiveBytes);
        return table;
    }

    private static void Nothing(in OpCall call)
    {
    }

    private static void Add(in OpCall call) => call.Return(call[0].Number + call[1].Number);

    private static void TakeString(in OpCall call) => call.Return(call[0].ToString().Length);

    // As a response body goes out: straight into a buffer that is there already.
    private static void TakeUtf8(in OpCall call) => call.Return(call[0].CopyUtf8(Buffer));

    private static void GiveShort(in OpCall call) => call.Return(ShortText);

    private static void GiveLong(in OpCall call) => call.Return(LongText);

    private static void TakeBytes(in OpCall call)
    {
        call[0].Bytes.CopyTo(Buffer);
        call.Return((int)Buffer[^1]);
    }

    private static void GiveBytes(in OpCall call) => call.ReturnBytes(Buffer);
}

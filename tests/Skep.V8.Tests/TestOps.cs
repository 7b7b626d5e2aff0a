using System.Collections.Concurrent;
using System.Text;

namespace Skep.V8.Tests;

/// <summary>The host functions that the tests' JavaScript calls.</summary>
internal static unsafe class TestOps
{
    public static OpTable Table()
    {
        OpTable ops = new();
        ops.Add("echo", &Echo);
        ops.Add("kind", &Kind);
        ops.Add("text", &Text);
        ops.Add("utf8", &Utf8);
        ops.Add("sum", &Sum);
        ops.Add("bytes", &Bytes);
        ops.Add("strings", &Strings);
        ops.Add("fail", &Fail);
        ops.Add("fail_null", &FailNull);
        ops.Add("terminate", &Terminate);
        ops.Add("pending", &Pending);
        return ops;
    }

    /// <summary>Promises that <c>pending()</c> gave out, by isolate.</summary>
    public static ConcurrentDictionary<Isolate, List<JsHandle>> Promises { get; } = new();

    private static void Echo(in OpCall call) => call.Return(call[0].Local);

    private static void Kind(in OpCall call) => call.Return(call[0].Kind.ToString());

    private static void Text(in OpCall call) => call.Return(call[0].ToString());

    private static void Utf8(in OpCall call)
    {
        var bytes = new byte[call[0].Utf8Length];
        var written = call[0].CopyUtf8(bytes);
        call.Return(Encoding.UTF8.GetString(bytes, 0, written) + ":" + written);
    }

    private static void Sum(in OpCall call)
    {
        long sum = 0;
        foreach (var each in call[0].Bytes) sum += each;
        call.Return((double)sum);
    }

    private static void Bytes(in OpCall call)
    {
        var value = call.Isolate.NewBytes(call[0].Int32, out var memory);
        for (var i = 0; i < memory.Length; i++) memory[i] = (byte)i;
        call.Return(value);
    }

    private static void Strings(in OpCall call) => call.Return(string.Join('|', call[0].ToStringArray()));

    private static void Fail(in OpCall call) => throw new JsException((JsErrorClass)call[0].Int32, call[1].ToString());

    private static void FailNull(in OpCall call)
    {
        // Null at run time, so that the processor's fault and not the compiler finds it.
        string[]? nothing = call.Count > 100 ? [] : null;
        call.Return(nothing!.Length);
    }

    private static void Terminate(in OpCall call) => call.Isolate.Terminate();

    private static void Pending(in OpCall call)
    {
        var handle = call.Isolate.NewPromise(out var promise);
        Promises.GetOrAdd(call.Isolate, static _ => []).Add(handle);
        call.Return(promise);
    }
}

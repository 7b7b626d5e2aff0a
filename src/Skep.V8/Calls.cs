using System.Text;
using Skep.V8.Interop;

namespace Skep.V8;

/// <summary>Running JavaScript. All inside an entry.</summary>
public static unsafe class Calls
{
    /// <summary>Calls a function of the snapshot's host object with integers, then, unless told not to, the microtask queue.</summary>
    public static void CallHost(this Isolate isolate, int function, scoped ReadOnlySpan<int> arguments, ref JsResult result, bool microtasks = true)
    {
        var values = stackalloc ValueData[arguments.Length + 1];
        for (var i = 0; i < arguments.Length; i++)
        {
            values[i].Kind = JsKind.Int32;
            values[i].Int32 = arguments[i];
        }

        result.Isolate = isolate.Handle;
        fixed (ResultData* data = &result.Data)
        {
            NativeMethods.skep_call_host(isolate.Handle, function, values, arguments.Length, microtasks ? 1 : 0, data);
        }
    }

    /// <summary>Calls a function of the snapshot's host object with any values.</summary>
    public static void CallHost(this Isolate isolate, int function, scoped ReadOnlySpan<JsArgument> arguments, ref JsResult result, bool microtasks = true)
    {
        var values = stackalloc ValueData[arguments.Length + 1];
        for (var i = 0; i < arguments.Length; i++) values[i] = arguments[i].Data;
        result.Isolate = isolate.Handle;
        fixed (ResultData* data = &result.Data)
        {
            NativeMethods.skep_call_host(isolate.Handle, function, values, arguments.Length, microtasks ? 1 : 0, data);
        }
    }

    /// <summary>Calls any function.</summary>
    public static void Call(this Isolate isolate, JsLocal function, scoped ReadOnlySpan<JsArgument> arguments, ref JsResult result, bool microtasks = true)
    {
        var values = stackalloc ValueData[arguments.Length + 1];
        for (var i = 0; i < arguments.Length; i++) values[i] = arguments[i].Data;
        result.Isolate = isolate.Handle;
        fixed (ResultData* data = &result.Data)
        {
            NativeMethods.skep_call(isolate.Handle, function.Slot, 0, values, arguments.Length, microtasks ? 1 : 0, data);
        }
    }

    /// <summary>Runs the microtask queue.</summary>
    public static void RunMicrotasks(this Isolate isolate, ref JsResult result)
    {
        result.Isolate = isolate.Handle;
        fixed (ResultData* data = &result.Data) NativeMethods.skep_microtasks(isolate.Handle, data);
    }

    /// <summary>Runs a classic script.</summary>
    public static void RunScript(this Isolate isolate, scoped ReadOnlySpan<byte> source, string name, ref JsResult result)
    {
        result.Isolate = isolate.Handle;
        int rejected;
        fixed (byte* text = source)
        fixed (byte* scriptName = Utf8Text.Terminated(name))
        fixed (ResultData* data = &result.Data)
        {
            NativeMethods.skep_run_script(isolate.Handle, text, source.Length, scriptName, null, 0, &rejected, data);
        }
    }

    /// <summary>The next promise that was rejected without a handler, or (<paramref name="handled"/>) got one after it had been
    /// given here; false when there is none.</summary>
    public static bool TakeRejection(this Isolate isolate, out JsLocal promise, out JsLocal reason, out bool handled)
    {
        ValueData promiseData, reasonData;
        int late = 0;
        var any = NativeMethods.skep_take_rejection(isolate.Handle, &promiseData, &reasonData, &late) != 0;
        promise = any ? new JsLocal(promiseData.Slot) : default;
        reason = any ? new JsLocal(reasonData.Slot) : default;
        handled = late != 0;
        return any;
    }

    /// <summary>Message and stack of a thrown value. May run the worker's getters.</summary>
    public static (string Message, string Stack) DescribeError(this Isolate isolate, JsLocal value) => isolate.DescribeError(value, out _);

    /// <summary>Message and stack of a thrown value, as far as they could be read before execution was <paramref name="terminated"/>.</summary>
    public static (string Message, string Stack) DescribeError(this Isolate isolate, JsLocal value, out bool terminated)
    {
        const int messageCapacity = 8 << 10;
        const int stackCapacity = 16 << 10;
        var message = new byte[messageCapacity];
        var stack = new byte[stackCapacity];
        int messageLength, stackLength;
        fixed (byte* messageBuffer = message)
        fixed (byte* stackBuffer = stack)
        {
            terminated = NativeMethods.skep_describe_error(isolate.Handle, value.Slot, messageBuffer, messageCapacity, &messageLength, stackBuffer, stackCapacity, &stackLength) == JsStatus.Terminated;
        }

        return (Encoding.UTF8.GetString(message, 0, messageLength), Encoding.UTF8.GetString(stack, 0, stackLength));
    }
}

using System.Runtime.CompilerServices;
using System.Text;
using Skep.V8.Interop;

namespace Skep.V8;

/// <summary>Making values and keeping them. All inside an entry.</summary>
public static unsafe class Values
{
    /// <summary>A string.</summary>
    /// <exception cref="JsException">It is longer than V8 allows.</exception>
    public static JsLocal NewString(this Isolate isolate, string text)
    {
        fixed (char* characters = text)
        {
            if (text.Length <= 1024 && Ascii.IsValid(text))
            {
                var bytes = stackalloc byte[text.Length + 1];
                Ascii.FromUtf16(text, new Span<byte>(bytes, text.Length), out _);
                return Made(NativeMethods.skep_string_new(isolate.Handle, bytes, text.Length, 0));
            }

            return Made(NativeMethods.skep_string_new_utf16(isolate.Handle, characters, text.Length));
        }
    }

    /// <summary>A string of Latin-1 bytes.</summary>
    public static JsLocal NewStringLatin1(this Isolate isolate, scoped ReadOnlySpan<byte> text)
    {
        fixed (byte* bytes = text) return Made(NativeMethods.skep_string_new(isolate.Handle, bytes, text.Length, 0));
    }

    /// <summary>A string of UTF-8 bytes, errors replaced.</summary>
    public static JsLocal NewStringUtf8(this Isolate isolate, scoped ReadOnlySpan<byte> text)
    {
        fixed (byte* bytes = text) return Made(NativeMethods.skep_string_new(isolate.Handle, bytes, text.Length, 1));
    }

    /// <summary>A Uint8Array of <paramref name="length"/> bytes; the caller fills all of <paramref name="memory"/> before
    /// JavaScript runs.</summary>
    /// <exception cref="JsException">The memory limit forbids it.</exception>
    public static JsLocal NewBytes(this Isolate isolate, int length, out Span<byte> memory) => NewBuffer(isolate, length, view: true, out memory);

    /// <summary>An ArrayBuffer of <paramref name="length"/> bytes, to be filled likewise.</summary>
    public static JsLocal NewArrayBuffer(this Isolate isolate, int length, out Span<byte> memory) => NewBuffer(isolate, length, view: false, out memory);

    /// <summary>An array of strings, each of Latin-1 characters only.</summary>
    public static JsLocal NewStringArray(this Isolate isolate, List<string> strings)
    {
        var total = 0;
        foreach (var text in strings) total += text.Length;
        var lengths = stackalloc int[Math.Min(strings.Count, 256)];
        if (strings.Count > 256 || total > 16 << 10) return NewLongStringArray(isolate, strings, total);
        var blob = stackalloc byte[total + 1];
        Fill(strings, blob, lengths);
        return Made(NativeMethods.skep_string_array_new(isolate.Handle, blob, lengths, strings.Count));
    }

    /// <summary>An array.</summary>
    public static JsLocal NewArray(this Isolate isolate, scoped ReadOnlySpan<JsArgument> items)
    {
        var values = stackalloc ValueData[items.Length + 1];
        for (var i = 0; i < items.Length; i++) values[i] = items[i].Data;
        return Made(NativeMethods.skep_array_new(isolate.Handle, values, items.Length));
    }

    /// <summary>An empty object without prototype.</summary>
    public static JsLocal NewObject(this Isolate isolate) => new(NativeMethods.skep_object_new(isolate.Handle));

    /// <summary>Sets an own property.</summary>
    public static void SetProperty(this Isolate isolate, JsLocal target, string name, JsArgument value)
    {
        var data = value.Data;
        fixed (byte* key = Utf8Text.Terminated(name)) NativeMethods.skep_object_set(isolate.Handle, target.Slot, key, &data);
    }

    /// <summary>Reads a property; may run a getter.</summary>
    public static void GetProperty(this Isolate isolate, JsLocal target, string name, ref JsResult result)
    {
        result.Isolate = isolate.Handle;
        fixed (byte* key = Utf8Text.Terminated(name))
        fixed (ResultData* data = &result.Data)
        {
            NativeMethods.skep_object_get(isolate.Handle, target.Slot, key, data);
        }
    }

    /// <summary>An error object.</summary>
    public static JsLocal NewError(this Isolate isolate, JsErrorClass errorClass, string message)
    {
        var bytes = Encoding.UTF8.GetBytes(message);
        fixed (byte* text = bytes) return new JsLocal(NativeMethods.skep_error_new(isolate.Handle, errorClass, text, bytes.Length));
    }

    /// <summary>Parses JSON.</summary>
    public static void ParseJson(this Isolate isolate, scoped ReadOnlySpan<byte> json, ref JsResult result)
    {
        result.Isolate = isolate.Handle;
        fixed (byte* text = json)
        fixed (ResultData* data = &result.Data)
        {
            NativeMethods.skep_json_parse(isolate.Handle, text, json.Length, data);
        }
    }

    /// <summary>Keeps a value beyond this entry.</summary>
    public static JsHandle Keep(this Isolate isolate, JsLocal value) => new(NativeMethods.skep_handle_new(isolate.Handle, value.Slot));

    /// <summary>A kept value, for this entry.</summary>
    public static JsLocal Get(this Isolate isolate, JsHandle handle) => new(NativeMethods.skep_handle_get(isolate.Handle, handle.Index));

    /// <summary>Lets a kept value go.</summary>
    public static void Free(this Isolate isolate, JsHandle handle) => NativeMethods.skep_handle_free(isolate.Handle, handle.Index);

    /// <summary>A promise that the host settles later through the handle.</summary>
    public static JsHandle NewPromise(this Isolate isolate, out JsLocal promise)
    {
        nint slot;
        var resolver = NativeMethods.skep_promise_new(isolate.Handle, &slot);
        if (resolver < 0) throw JsException.Plain("A promise could not be made: execution is being terminated.");
        promise = new JsLocal(slot);
        return new JsHandle(resolver);
    }

    /// <summary>Settles a promise and frees its handle. Its reactions run with the next microtasks.</summary>
    public static void Settle(this Isolate isolate, JsHandle promise, JsArgument value, bool reject = false)
    {
        var data = value.Data;
        NativeMethods.skep_promise_settle(isolate.Handle, promise.Index, &data, reject ? 1 : 0);
    }

    /// <summary>Whether a promise is settled (null: pending, true: fulfilled, false: rejected) and with what.</summary>
    public static bool? PromiseState(this Isolate isolate, JsLocal promise, out JsLocal value)
    {
        ValueData data = default;
        var state = NativeMethods.skep_promise_state(isolate.Handle, promise.Slot, &data);
        value = new JsLocal(data.Slot);
        return state == 0 ? null : state == 1;
    }

    private static JsLocal NewBuffer(Isolate isolate, int length, bool view, out Span<byte> memory)
    {
        byte* data;
        var slot = NativeMethods.skep_bytes_new(isolate.Handle, length, view ? 1 : 0, &data);
        if (slot == 0) throw JsException.Range("Array buffer allocation failed");
        memory = new Span<byte>(data, length);
        return new JsLocal(slot);
    }

    private static JsLocal NewLongStringArray(Isolate isolate, List<string> strings, int total)
    {
        var blob = new byte[total + 1];
        var lengths = new int[strings.Count];
        fixed (byte* bytes = blob)
        fixed (int* sizes = lengths)
        {
            Fill(strings, bytes, sizes);
            return Made(NativeMethods.skep_string_array_new(isolate.Handle, bytes, sizes, strings.Count));
        }
    }

    private static void Fill(List<string> strings, byte* blob, int* lengths)
    {
        for (var i = 0; i < strings.Count; i++)
        {
            var text = strings[i];
            lengths[i] = Encoding.Latin1.GetBytes(text, new Span<byte>(blob, text.Length));
            blob += text.Length;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static JsLocal Made(nint slot) => slot != 0 ? new JsLocal(slot) : throw JsException.Range("Invalid string length");
}

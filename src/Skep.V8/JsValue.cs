using System.Text;
using Skep.V8.Interop;

namespace Skep.V8;

/// <summary>A JavaScript value as the host sees it: an op's argument, a result. Lives as long as the call or entry it came from.</summary>
public readonly unsafe ref struct JsValue
{
    private readonly nint isolate;
    private readonly ValueData* data;

    internal JsValue(nint isolate, ValueData* data)
    {
        this.isolate = isolate;
        this.data = data;
    }

    /// <summary>What it is.</summary>
    public JsKind Kind => data == null ? JsKind.Undefined : data->Kind;

    /// <summary>True for undefined and null.</summary>
    public bool IsNullish => Kind is JsKind.Undefined or JsKind.Null;

    /// <summary>True for a number.</summary>
    public bool IsNumber => Kind is JsKind.Int32 or JsKind.Double;

    /// <summary>The value to pass on.</summary>
    public JsLocal Local => new(data->Slot);

    /// <summary>A boolean; false for anything else.</summary>
    public bool Boolean => Kind == JsKind.Boolean && data->Int32 != 0;

    /// <summary>An integer; a double is truncated, anything else is 0.</summary>
    public int Int32 => Kind switch
    {
        JsKind.Int32 => data->Int32,
        JsKind.Double => data->Number is >= int.MinValue and <= int.MaxValue ? (int)data->Number : 0,
        _ => 0,
    };

    /// <summary>A number; NaN for anything else.</summary>
    public double Number => Kind switch
    {
        JsKind.Int32 => data->Int32,
        JsKind.Double => data->Number,
        _ => double.NaN,
    };

    /// <summary>The length of a string in UTF-16 units or of an array; the byte length of bytes.</summary>
    public int Length => Kind switch
    {
        JsKind.String or JsKind.Array => data->Int32,
        JsKind.Bytes => checked((int)data->Length),
        _ => 0,
    };

    /// <summary>True for a string kept with one byte per character: <see cref="CopyLatin1"/> then loses nothing.</summary>
    public bool IsOneByte => Kind == JsKind.String && (data->Flags & 1) != 0;

    /// <summary>The memory of an ArrayBuffer or view; empty for anything else. Borrowed until JavaScript runs again.</summary>
    public Span<byte> Bytes => Kind == JsKind.Bytes ? new Span<byte>(data->Bytes, Length) : default;

    /// <summary>A string's characters as bytes, for strings known to be Latin-1.</summary>
    public int CopyLatin1(Span<byte> destination)
    {
        fixed (byte* buffer = destination)
        {
            return NativeMethods.skep_string_write_latin1(isolate, data->Slot, buffer, Math.Min(destination.Length, Length));
        }
    }

    /// <summary>The length of a string in UTF-8.</summary>
    public long Utf8Length => NativeMethods.skep_string_utf8_length(isolate, data->Slot);

    /// <summary>A string in UTF-8, lone surrogates replaced; as much as fits. Returns the bytes written.</summary>
    public int CopyUtf8(Span<byte> destination)
    {
        fixed (byte* buffer = destination)
        {
            return (int)NativeMethods.skep_string_write_utf8(isolate, data->Slot, buffer, destination.Length);
        }
    }

    /// <summary>A copy as a .NET string; an empty one for anything that is not a string.</summary>
    public override string ToString()
    {
        if (Kind != JsKind.String || Length == 0) return "";
        if (IsOneByte)
        {
            if (Length <= 256)
            {
                var small = stackalloc byte[256];
                var written = NativeMethods.skep_string_write_latin1(isolate, data->Slot, small, Length);
                return Encoding.Latin1.GetString(small, written);
            }

            var bytes = new byte[Length];
            CopyLatin1(bytes);
            return Encoding.Latin1.GetString(bytes);
        }

        var text = new string('\0', Length);
        fixed (char* buffer = text) NativeMethods.skep_string_write_utf16(isolate, data->Slot, buffer, Length);
        return text;
    }

    /// <summary>The items of an array of at most <see cref="JsArray.Few"/>; none when reading one threw. <paramref name="buffer"/>
    /// must stay on the stack while they are in use.</summary>
    public JsArray Read(ref JsArray.Buffer buffer)
    {
        var items = (ValueData*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref buffer);
        var count = NativeMethods.skep_array_decode(isolate, data->Slot, items, JsArray.Few);
        return new JsArray(isolate, items, Math.Max(count, 0));
    }

    /// <summary>The items of an array, as many as fit into the buffers; none when reading one threw. <paramref name="buffers"/> must stay on
    /// the stack while they are in use.</summary>
    public JsArray Read(Span<JsArray.Buffer> buffers)
    {
        var items = (ValueData*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetReference(buffers));
        var count = NativeMethods.skep_array_decode(isolate, data->Slot, items, JsArray.Few * buffers.Length);
        return new JsArray(isolate, items, Math.Max(count, 0));
    }

    /// <summary>Hands the items of an array of any length to a reader, in one crossing.</summary>
    public void ReadItems<T>(T state, JsItemsReader<T> reader)
    {
        if (Length <= JsArray.Few)
        {
            JsArray.Buffer buffer = default;
            reader(Read(ref buffer), state);
            return;
        }

        var items = new ValueData[Length];
        fixed (ValueData* first = items)
        {
            var count = NativeMethods.skep_array_decode(isolate, data->Slot, first, items.Length);
            reader(new JsArray(isolate, first, Math.Max(count, 0)), state);
        }
    }

    /// <summary>The strings of an array; anything else in it becomes an empty string.</summary>
    public string[] ToStringArray()
    {
        if (Kind != JsKind.Array || Length == 0) return [];
        var items = new ValueData[Length];
        var result = new string[Length];
        fixed (ValueData* buffer = items)
        {
            var count = NativeMethods.skep_array_decode(isolate, data->Slot, buffer, items.Length);
            for (var i = 0; i < result.Length; i++) result[i] = i < count ? new JsValue(isolate, buffer + i).ToString() : "";
        }

        return result;
    }
}

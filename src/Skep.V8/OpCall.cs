using System.Runtime.CompilerServices;
using System.Text;
using Skep.V8.Interop;

namespace Skep.V8;

/// <summary>One call of an op: its arguments and the place for its result. Lives as long as the call.</summary>
public readonly unsafe ref struct OpCall
{
    private readonly OpFrame* frame;

    internal OpCall(OpFrame* frame) => this.frame = frame;

    /// <summary>The isolate that calls.</summary>
    public Isolate Isolate => Isolate.FromHandle(frame->Managed)!;

    /// <summary>The number of arguments.</summary>
    public int Count => frame->Count;

    /// <summary>The op's number.</summary>
    public int Op => frame->Op;

    /// <summary>An argument; a missing one is undefined.</summary>
    public JsValue this[int index] => index < frame->Count ? new JsValue(frame->Isolate, frame->Arguments + index) : default;

    /// <summary>The isolate's <see cref="Isolate.State"/>.</summary>
    public T State<T>()
        where T : class => Unsafe.As<T>(Isolate.State!);

    /// <summary>Returns null.</summary>
    public void ReturnNull() => frame->Result.Kind = JsKind.Null;

    /// <summary>Returns a boolean.</summary>
    public void Return(bool value)
    {
        frame->Result.Kind = JsKind.Boolean;
        frame->Result.Int32 = value ? 1 : 0;
    }

    /// <summary>Returns an integer.</summary>
    public void Return(int value)
    {
        frame->Result.Kind = JsKind.Int32;
        frame->Result.Int32 = value;
    }

    /// <summary>Returns a number.</summary>
    public void Return(double value)
    {
        frame->Result.Kind = JsKind.Double;
        frame->Result.Number = value;
    }

    /// <summary>Returns a string, or null.</summary>
    public void Return(string? value)
    {
        if (value is null) ReturnNull();
        else ReturnSlot(Isolate.NewString(value).Slot, JsKind.String);
    }

    /// <summary>Returns a string of ASCII or Latin-1 bytes.</summary>
    public void ReturnLatin1(ReadOnlySpan<byte> text) => ReturnSlot(Isolate.NewStringLatin1(text).Slot, JsKind.String);

    /// <summary>Returns a new Uint8Array with a copy of the bytes.</summary>
    public void ReturnBytes(ReadOnlySpan<byte> bytes)
    {
        var value = Isolate.NewBytes(bytes.Length, out var memory);
        bytes.CopyTo(memory);
        ReturnSlot(value.Slot, JsKind.Object);
    }

    /// <summary>Returns a value made in this entry.</summary>
    public void Return(JsLocal value) => ReturnSlot(value.Slot, JsKind.Object);

    /// <summary>Throws a value where the op was called.</summary>
    public void Throw(JsLocal exception)
    {
        frame->Result.Kind = JsKind.Throw;
        frame->Result.Slot = exception.Slot;
    }

    /// <summary>Throws a new error where the op was called.</summary>
    public void Throw(JsErrorClass errorClass, string message) => Throw(Isolate.NewError(errorClass, message));

    private void ReturnSlot(nint slot, JsKind kind)
    {
        frame->Result.Kind = kind;
        frame->Result.Slot = slot;
    }
}

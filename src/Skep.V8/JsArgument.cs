using Skep.V8.Interop;

namespace Skep.V8;

/// <summary>An argument of a call, an item of an array, the value a promise is settled with.</summary>
public readonly struct JsArgument
{
    internal readonly ValueData Data;

    private JsArgument(ValueData data) => Data = data;

    /// <summary>undefined</summary>
    public static JsArgument Undefined => default;

    /// <summary>null</summary>
    public static JsArgument Null => new(new ValueData { Kind = JsKind.Null });

    /// <summary>An integer.</summary>
    public static implicit operator JsArgument(int value) => new(new ValueData { Kind = JsKind.Int32, Int32 = value });

    /// <summary>A number.</summary>
    public static implicit operator JsArgument(double value) => new(new ValueData { Kind = JsKind.Double, Number = value });

    /// <summary>A boolean.</summary>
    public static implicit operator JsArgument(bool value) => new(new ValueData { Kind = JsKind.Boolean, Int32 = value ? 1 : 0 });

    /// <summary>A value of the same entry; undefined when there is none.</summary>
    public static implicit operator JsArgument(JsLocal value) =>
        value.Exists ? new(new ValueData { Kind = JsKind.Object, Slot = value.Slot }) : default;
}

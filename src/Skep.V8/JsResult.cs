using System.Diagnostics.CodeAnalysis;
using Skep.V8.Interop;

namespace Skep.V8;

/// <summary>What a run of JavaScript came to. Declare it on the stack and pass it by reference.</summary>
[SuppressMessage("Design", "CA1051", Justification = "Filled in place by the shim.")]
public unsafe ref struct JsResult
{
    internal ResultData Data;
    internal nint Isolate;

    /// <summary>How it ended.</summary>
    public readonly JsStatus Status => Data.Status;

    /// <summary>Promises rejected without a handler that <see cref="Calls.TakeRejection"/> has not given yet.</summary>
    public readonly int Rejections => Data.Rejections;

    /// <summary>V8 tasks that wait for <see cref="Isolate.Pump"/>.</summary>
    public readonly int Tasks => Data.Tasks;

    /// <summary>The heap limit was reached.</summary>
    public readonly bool IsCondemned => Data.Condemned != 0;

    /// <summary>The value returned, or thrown. The result must stay where it is while this is in use.</summary>
    [UnscopedRef]
    public JsValue Value
    {
        get
        {
            fixed (ValueData* data = &Data.Value) return new JsValue(Isolate, data);
        }
    }
}

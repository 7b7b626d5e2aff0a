namespace Skep.V8;

/// <summary>A JavaScript value made or read during an entry; dead when the entry (or op call) ends. Nothing checks that: keep
/// it on the stack, and use <see cref="JsHandle"/> for longer.</summary>
public readonly struct JsLocal
{
    internal JsLocal(nint slot) => Slot = slot;

    internal nint Slot { get; }

    /// <summary>True when there is a value.</summary>
    public bool Exists => Slot != 0;
}

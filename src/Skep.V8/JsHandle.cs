namespace Skep.V8;

/// <summary>A JavaScript value kept alive beyond the entry it was made in. Free it with <see cref="Isolate.Free"/>; the
/// isolate's disposal frees all.</summary>
public readonly record struct JsHandle
{
    private readonly int indexPlusOne;

    internal JsHandle(int index) => indexPlusOne = index + 1;

    internal int Index => indexPlusOne - 1;

    /// <summary>True when it refers to something.</summary>
    public bool Exists => indexPlusOne != 0;
}

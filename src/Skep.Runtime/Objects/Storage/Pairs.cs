using Skep.V8;

namespace Skep.Runtime.Objects.Storage;

/// <summary>Keys and values on their way to JavaScript: key, value, key, value…</summary>
internal readonly struct Pairs(Isolate isolate)
{
    private readonly List<JsArgument> _items = [];

    public int Count => _items.Count / 2;

    public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        _items.Add(isolate.NewStringUtf8(key));
        var bytes = isolate.NewBytes(value.Length, out var memory);
        value.CopyTo(memory);
        _items.Add(bytes);
    }

    public JsLocal ToArray() => isolate.NewArray(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_items));
}

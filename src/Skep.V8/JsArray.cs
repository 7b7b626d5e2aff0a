using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Skep.V8.Interop;

namespace Skep.V8;

/// <summary>The items of a short array, read in one crossing.</summary>
public readonly unsafe ref struct JsArray
{
    /// <summary>How many items fit.</summary>
    public const int Few = 32;

    private readonly nint isolate;
    private readonly ValueData* items;

    internal JsArray(nint isolate, ValueData* items, int count)
    {
        this.isolate = isolate;
        this.items = items;
        Count = count;
    }

    /// <summary>How many items there are.</summary>
    public int Count { get; }

    /// <summary>An item.</summary>
    public JsValue this[int index] => new(isolate, items + index);

    /// <summary>Room for the items; on the caller's stack.</summary>
    [InlineArray(Few)]
    [SuppressMessage("Design", "CA1034", Justification = "Belongs to the array.")]
    public struct Buffer
    {
        private ValueData first;
    }
}

/// <summary>Reads the items of an array.</summary>
public delegate void JsItemsReader<in T>(JsArray items, T state);

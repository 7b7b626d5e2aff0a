using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Skep.V8.Interop;

namespace Skep.V8;

/// <summary>A heap that isolates start from: the result of one script, evaluated once. The memory is native and lives as long
/// as the process, as every isolate made from it refers to it.</summary>
public sealed unsafe class Snapshot
{
    private static readonly Lock Gate = new();
    private static byte[]? layer;

    private readonly byte* blob;
    private readonly long length;
    private readonly int scriptLength;

    private Snapshot(byte* blob, long length, int scriptLength)
    {
        this.blob = blob;
        this.length = length;
        this.scriptLength = scriptLength;
    }

    internal byte* Blob => blob;

    /// <summary>Its size in bytes, without the script.</summary>
    public long Length => length;

    /// <summary>Evaluates <paramref name="script"/> in a new context with <c>globalThis.__skepOps</c>; the object it leaves in
    /// <c>globalThis.__skepHost</c> holds the functions that <see cref="Calls.CallHost(Isolate, int, ReadOnlySpan{int}, ref JsResult, bool)"/>
    /// calls. The first script of a process, if it is ASCII, stays outside the heaps: all isolates share its text.</summary>
    /// <exception cref="InvalidOperationException">The script threw; the message has its stack.</exception>
    public static Snapshot Create(ReadOnlySpan<byte> script, string name)
    {
        const int errorCapacity = 16 << 10;
        var shared = Share(script);
        var error = new byte[errorCapacity];
        long made;
        byte* result;
        fixed (byte* source = shared ? layer : script)
        fixed (byte* scriptName = Utf8Text.Terminated(name))
        fixed (byte* message = error)
        {
            result = NativeMethods.skep_snapshot_create(source, script.Length, scriptName, &made, message, errorCapacity);
        }

        if (result == null)
        {
            throw new InvalidOperationException($"{name} cannot be evaluated: {Encoding.UTF8.GetString(error.AsSpan(0, error.AsSpan().IndexOf((byte)0)))}");
        }

        return new Snapshot(result, made, shared ? script.Length : 0);
    }

    /// <summary>Takes what <see cref="ToArray"/> gave earlier.</summary>
    /// <exception cref="InvalidOperationException">It was made by another build of V8, or this process has another script.</exception>
    public static Snapshot Load(ReadOnlySpan<byte> saved)
    {
        var textLength = BinaryPrimitives.ReadInt32LittleEndian(saved);
        if (textLength > 0 && !Share(saved.Slice(sizeof(int), textLength)))
        {
            throw new InvalidOperationException("This process shares the script of another snapshot already.");
        }

        var heap = saved[(sizeof(int) + textLength)..];
        var memory = (byte*)NativeMemory.AlignedAlloc((nuint)heap.Length, 16);
        heap.CopyTo(new Span<byte>(memory, heap.Length));
        if (NativeMethods.skep_snapshot_valid(memory, heap.Length) == 0)
        {
            throw new InvalidOperationException("The startup snapshot was made by another build of V8: build it again (build/setup.sh).");
        }

        return new Snapshot(memory, heap.Length, textLength);
    }

    /// <summary>Script and heap, to keep in a file.</summary>
    public byte[] ToArray()
    {
        var saved = new byte[sizeof(int) + scriptLength + length];
        BinaryPrimitives.WriteInt32LittleEndian(saved, scriptLength);
        layer.AsSpan(0, scriptLength).CopyTo(saved.AsSpan(sizeof(int)));
        new ReadOnlySpan<byte>(blob, checked((int)length)).CopyTo(saved.AsSpan(sizeof(int) + scriptLength));
        return saved;
    }

    private static bool Share(ReadOnlySpan<byte> script)
    {
        lock (Gate)
        {
            if (layer is { } known) return script.SequenceEqual(known);
            if (!Ascii.IsValid(script)) return false;
            layer = GC.AllocateUninitializedArray<byte>(script.Length, pinned: true);
            script.CopyTo(layer);
            fixed (byte* text = layer) NativeMethods.skep_layer_source(text, layer.Length);
            return true;
        }
    }
}

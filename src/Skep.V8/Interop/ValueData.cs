using System.Runtime.InteropServices;

namespace Skep.V8.Interop;

/// <summary>Mirror of <c>SkepValue</c> (skep_v8.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ValueData
{
    public JsKind Kind;
    public int Flags;
    public int Int32;
    public int Reserved;
    public double Number;
    public nint Slot;
    public byte* Bytes;
    public long Length;
}

/// <summary>Mirror of <c>SkepResult</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ResultData
{
    public ValueData Value;
    public JsStatus Status;
    public int Rejections;
    public int Tasks;
    public int Condemned;
}

/// <summary>Mirror of <c>SkepOpFrame</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct OpFrame
{
    public nint Isolate;
    public nint Managed;
    public int Op;
    public int Count;
    public ValueData* Arguments;
    public ValueData Result;
}

/// <summary>Mirror of <c>SkepCallbacks</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Callbacks
{
    public delegate* unmanaged<OpFrame*, void> Op;
    public delegate* unmanaged<nint, char*, int, int, int> ResolveModule;
    public delegate* unmanaged<nint, void> Wake;
    public delegate* unmanaged<nint, byte*, void> Lost;
}

/// <summary>Mirror of <c>SkepIsolateOptions</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IsolateOptionsData
{
    public byte* Snapshot;
    public long SnapshotLength;
    public nint Managed;
    public long HeapLimit;
    public byte** HostFunctions;
    public int HostFunctionCount;
    public int AllowEval;
}

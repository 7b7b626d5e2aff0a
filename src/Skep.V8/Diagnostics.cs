using System.Runtime.InteropServices;
using Skep.V8.Interop;

namespace Skep.V8;

/// <summary>Looking into an isolate. All inside an entry.</summary>
public static unsafe class Diagnostics
{
    /// <summary>Its memory.</summary>
    public static HeapStatistics GetHeapStatistics(this Isolate isolate)
    {
        HeapStatistics statistics;
        NativeMethods.skep_heap_statistics(isolate.Handle, &statistics);
        return statistics;
    }

    /// <summary>Writes a heap snapshot (<c>.heapsnapshot</c>, opens in DevTools).</summary>
    public static void WriteHeapSnapshot(this Isolate isolate, Stream output)
    {
        var pinned = GCHandle.Alloc(output);
        NativeMethods.skep_heap_snapshot(isolate.Handle, &Write, GCHandle.ToIntPtr(pinned));
        pinned.Free();
    }

    /// <summary>Starts sampling; false when it runs already.</summary>
    public static bool StartProfile(this Isolate isolate, TimeSpan interval) =>
        NativeMethods.skep_profile_start(isolate.Handle, (int)interval.TotalMicroseconds) != 0;

    /// <summary>Stops sampling and writes the profile (<c>.cpuprofile</c>, opens in DevTools); false when none ran.</summary>
    public static bool StopProfile(this Isolate isolate, Stream output)
    {
        var pinned = GCHandle.Alloc(output);
        var written = NativeMethods.skep_profile_stop(isolate.Handle, &Write, GCHandle.ToIntPtr(pinned)) != 0;
        pinned.Free();
        return written;
    }

    [UnmanagedCallersOnly]
    private static void Write(nint context, byte* text, int length) =>
        ((Stream)GCHandle.FromIntPtr(context).Target!).Write(new ReadOnlySpan<byte>(text, length));
}

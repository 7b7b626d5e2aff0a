using System.Runtime.InteropServices;

namespace Skep.V8;

/// <summary>An isolate's memory, in bytes. Mirror of <c>SkepHeapStatistics</c>.</summary>
/// <param name="Used">JavaScript objects.</param>
/// <param name="Committed">Pages the heap occupies.</param>
/// <param name="Limit">What heap and buffers may reach together.</param>
/// <param name="ArrayBuffers">Memory of ArrayBuffers.</param>
/// <param name="External">Memory V8 knows of outside the heap.</param>
/// <param name="Malloced">V8's own structures.</param>
/// <param name="Contexts">Native contexts alive.</param>
/// <param name="DetachedContexts">Contexts that should be gone.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct HeapStatistics(
    long Used,
    long Committed,
    long Limit,
    long ArrayBuffers,
    long External,
    long Malloced,
    long Contexts,
    long DetachedContexts);

using System.Globalization;
using System.Runtime.InteropServices;

namespace Skep.V8.Tests;

/// <summary>Tests that measure the process: nothing else may run meanwhile.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}

/// <summary>Nothing is left of isolates that were disposed of.</summary>
[Collection(Alone.Name)]
public sealed partial class LeakTests
{
    private const int Isolates = 20_000;
    private const int WarmUp = 2_000;

    [Fact]
    public void Twenty_thousand_isolates_leave_memory_flat()
    {
        Run(WarmUp);
        var (resident, allocated) = (ResidentBytes(), AllocatedBytes());
        Run(Isolates - WarmUp);
        var (moreResident, moreAllocated) = (ResidentBytes() - resident, AllocatedBytes() - allocated);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"after {WarmUp} isolates {resident >> 20} MB resident, {allocated >> 10} KB of it malloc's; after {Isolates} {moreResident >> 10} KB and {moreAllocated >> 10} KB more");
        // Freed memory that is used again could hide a leak in the first figure, not in the second: 256 bytes by each isolate
        // would be 4.6 MB.
        Assert.InRange(moreResident, long.MinValue, 16 << 20);
        Assert.InRange(moreAllocated, long.MinValue, 4 << 20);
    }

    private static void Run(int count) => Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = 2 }, i =>
    {
        using var isolate = SnapshotTests.NewIsolate();
        // One in a hundred works a little: handles, buffers, modules, a rejection.
        if (i % 100 != 0) return;
        isolate.Enter(Script.Now);
        isolate.EvalInside("globalThis.a = new Uint8Array(100000); Promise.reject(1); (async () => { await 1; })(); fromLayer");
        isolate.Keep(isolate.NewArray([1, 2]));
        JsResult result = default;
        isolate.CompileModule("m.js", "export const a = 1"u8, default, ref result, out _);
        isolate.Exit();
    });

    private static long AllocatedBytes()
    {
        var info = mallinfo2();
        return (long)(info.InUse + info.Mapped);
    }

    [LibraryImport("libc")]
    private static partial MallocInfo mallinfo2();

    private static long ResidentBytes()
    {
        GC.Collect();
        var pages = File.ReadAllText("/proc/self/statm").Split(' ')[1];
        return long.Parse(pages, CultureInfo.InvariantCulture) * Environment.SystemPageSize;
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct MallocInfo
    {
        public readonly nuint Arena;
        public readonly nuint FreeChunks;
        public readonly nuint FastBins;
        public readonly nuint MappedRegions;
        public readonly nuint Mapped;
        public readonly nuint Unused;
        public readonly nuint FastFree;
        public readonly nuint InUse;
        public readonly nuint Free;
        public readonly nuint Trimmable;
    }
}

using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;

namespace Skep.Benchmarks;

/// <summary>What the benchmarks of crossings share: an isolate, and how many crossings one entry makes.</summary>
[SuppressMessage("Design", "CA1001", Justification = "BenchmarkDotNet ends a benchmark with its GlobalCleanup.")]
public abstract class CrossingBenchmarks
{
    /// <summary>Crossings per entry, so many that entering does not count.</summary>
    protected const int Crossings = 1000;

    private HostIsolate? host;

    private protected HostIsolate Host => host!;

    /// <summary>Makes the isolate.</summary>
    [GlobalSetup]
    public void Setup() => host = new HostIsolate();

    /// <summary>Disposes of it.</summary>
    [GlobalCleanup]
    public void Cleanup() => host!.Dispose();
}

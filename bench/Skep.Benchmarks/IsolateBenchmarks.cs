using BenchmarkDotNet.Attributes;
using Skep.V8;

namespace Skep.Benchmarks;

/// <summary>An isolate's life, from a snapshot that holds next to nothing.</summary>
public class IsolateBenchmarks
{
    /// <summary>Makes an isolate and disposes of it.</summary>
    [Benchmark]
    public void CreateAndDispose() => new Isolate(HostIsolate.Options).Dispose();

    /// <summary>Makes an isolate, calls it once, disposes of it.</summary>
    [Benchmark]
    public void CreateCallAndDispose()
    {
        using HostIsolate host = new();
        host.Run(HostFunction.Nothing);
    }
}

using BenchmarkDotNet.Attributes;

namespace Skep.Benchmarks;

/// <summary>16 KB of bytes through ops.</summary>
public class BytesBenchmarks : CrossingBenchmarks
{
    private const int Fewer = 100;

    /// <summary>A Uint8Array lent to C#, which copies it.</summary>
    [Benchmark(OperationsPerInvoke = Fewer)]
    public double ToHost() => Host.Run(HostFunction.GiveBytes, Fewer);

    /// <summary>A new Uint8Array with C#'s bytes.</summary>
    [Benchmark(OperationsPerInvoke = Fewer)]
    public double ToJavaScript() => Host.Run(HostFunction.TakeBytes, Fewer);
}

using BenchmarkDotNet.Attributes;

namespace Skep.Benchmarks;

/// <summary>Strings through ops: 12 characters, and 16 KB.</summary>
public class StringBenchmarks : CrossingBenchmarks
{
    private const int Fewer = 100;

    /// <summary>A short string to C#, as a .NET string.</summary>
    [Benchmark(OperationsPerInvoke = Crossings)]
    public double ShortToHost() => Host.Run(HostFunction.GiveShort, Crossings);

    /// <summary>16 KB of one-byte characters to C#, as a .NET string.</summary>
    [Benchmark(OperationsPerInvoke = Fewer)]
    public double LongToHost() => Host.Run(HostFunction.GiveLong, Fewer);

    /// <summary>16 KB of two-byte characters to C#, as a .NET string.</summary>
    [Benchmark(OperationsPerInvoke = Fewer)]
    public double WideToHost() => Host.Run(HostFunction.GiveWide, Fewer);

    /// <summary>16 KB to C#, as UTF-8 into a buffer.</summary>
    [Benchmark(OperationsPerInvoke = Fewer)]
    public double LongToHostUtf8() => Host.Run(HostFunction.GiveLongUtf8, Fewer);

    /// <summary>A short .NET string to JavaScript.</summary>
    [Benchmark(OperationsPerInvoke = Crossings)]
    public double ShortToJavaScript() => Host.Run(HostFunction.TakeShort, Crossings);

    /// <summary>A .NET string of 16 K characters to JavaScript.</summary>
    [Benchmark(OperationsPerInvoke = Fewer)]
    public double LongToJavaScript() => Host.Run(HostFunction.TakeLong, Fewer);
}

using BenchmarkDotNet.Attributes;

namespace Skep.Benchmarks;

/// <summary>JavaScript calls C#.</summary>
public class OpBenchmarks : CrossingBenchmarks
{
    /// <summary>An op without arguments or result.</summary>
    [Benchmark(OperationsPerInvoke = Crossings)]
    public double Nothing() => Host.Run(HostFunction.OpNothing, Crossings);

    /// <summary>An op with two numbers and a result.</summary>
    [Benchmark(OperationsPerInvoke = Crossings)]
    public double Add() => Host.Run(HostFunction.OpAdd, Crossings);
}

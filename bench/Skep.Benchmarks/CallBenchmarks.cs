using BenchmarkDotNet.Attributes;
using Skep.V8;

namespace Skep.Benchmarks;

/// <summary>C# calls JavaScript.</summary>
public class CallBenchmarks : CrossingBenchmarks
{
    /// <summary>Enters, calls a function that does nothing, leaves: the least that a request costs.</summary>
    [Benchmark]
    public void EnterCallExit() => Host.Run(HostFunction.Nothing);

    /// <summary>Enters and leaves.</summary>
    [Benchmark]
    public void EnterExit()
    {
        Host.Isolate.Enter(0);
        Host.Isolate.Exit();
    }

    /// <summary>One call among many of an entry.</summary>
    [Benchmark(OperationsPerInvoke = Crossings)]
    public void Call()
    {
        Host.Isolate.Enter(0);
        JsResult result = default;
        for (var i = 0; i < Crossings; i++) Host.Call(HostFunction.Nothing, [], ref result);
        Host.Isolate.Exit();
    }

    /// <summary>One call with two integers and a result, among many of an entry.</summary>
    [Benchmark(OperationsPerInvoke = Crossings)]
    public double CallWithArguments()
    {
        Host.Isolate.Enter(0);
        JsResult result = default;
        double sum = 0;
        for (var i = 0; i < Crossings; i++) sum += Host.Call(HostFunction.Add, [i, 1], ref result);
        Host.Isolate.Exit();
        return sum;
    }
}

using BenchmarkDotNet.Attributes;
using Skep.V8;

namespace Skep.Benchmarks;

/// <summary>A promise made by the host, awaited by JavaScript, settled by the host.</summary>
public class PromiseBenchmarks : CrossingBenchmarks
{
    private const int BatchSize = 64;

    private readonly JsHandle[] pending = new JsHandle[BatchSize];

    /// <summary>One alone, its completion in an entry of its own: an asynchronous op.</summary>
    [Benchmark]
    public void One()
    {
        Await(1);
        Settle(1);
    }

    /// <summary>One of 64 that complete together.</summary>
    [Benchmark(OperationsPerInvoke = BatchSize)]
    public void OneOfBatch()
    {
        Await(BatchSize);
        Settle(BatchSize);
    }

    private void Await(int count)
    {
        var isolate = Host.Isolate;
        isolate.Enter(0);
        JsResult result = default;
        for (var i = 0; i < count; i++)
        {
            pending[i] = isolate.NewPromise(out var promise);
            isolate.CallHost((int)HostFunction.Awaits, [promise], ref result);
            if (result.Status != JsStatus.Ok) throw new InvalidOperationException("The promise could not be awaited.");
        }

        isolate.Exit();
    }

    private void Settle(int count)
    {
        var isolate = Host.Isolate;
        isolate.Enter(0);
        JsResult result = default;
        for (var i = 0; i < count; i++) isolate.Settle(pending[i], 1);
        isolate.RunMicrotasks(ref result);
        isolate.Exit();
    }
}

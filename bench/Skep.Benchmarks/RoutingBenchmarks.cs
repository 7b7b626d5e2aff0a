using BenchmarkDotNet.Attributes;
using Skep.Abstractions.Events;
using Skep.Abstractions.Routing;
using Skep.Abstractions.Tracing;
using Skep.Abstractions.Workers;
using Skep.Edge.Routing;

namespace Skep.Benchmarks;

/// <summary>What finding the worker of a request costs among a thousand scripts, each with a subdomain and three routes.</summary>
[MemoryDiagnoser]
public class RoutingBenchmarks
{
    private const int Scripts = 1000;
    private readonly DeploymentRouter _router = new();

    /// <summary>Puts the scripts into service.</summary>
    [GlobalSetup]
    public void Deploy() => _ = _router.SetAsync([.. Enumerable.Range(0, Scripts).Select(Script)]);

    /// <summary>By subdomain.</summary>
    [Benchmark]
    public RoutedWorker? Subdomain() => _router.Resolve(new RoutingRequest("w500.localhost", "/some/path"));

    /// <summary>By a route of the exact host.</summary>
    [Benchmark]
    public RoutedWorker? Route() => _router.Resolve(new RoutingRequest("zone500.example.com", "/api/v1/things"));

    /// <summary>By a route of a domain above, past one hundred routes of the same domain.</summary>
    [Benchmark]
    public RoutedWorker? WildcardRoute() => _router.Resolve(new RoutingRequest("a.b.shared0.example.net", "/w990/things"));

    /// <summary>By nothing.</summary>
    [Benchmark]
    public RoutedWorker? Unknown() => _router.Resolve(new RoutingRequest("nobody.example.org", "/"));

    private static ServedScript Script(int number) => new(
        $"w{number}",
        [$"w{number}.localhost"],
        [Pattern($"zone{number}.example.com/api/*"), Pattern($"zone{number}.example.com/static/*"), Pattern($"*.shared{number % 10}.example.net/w{number}/*")],
        [new ServedVersion(new Idle(), 100)]);

    private static RoutePattern Pattern(string text) => RoutePattern.TryParse(text, out var pattern, out var problem) ? pattern : throw new ArgumentException(problem, nameof(text));

    private sealed class Idle : IWorker
    {
        public WorkerVersion Version { get; } = new() { Name = "idle", Modules = [], MainModule = "" };

        public void Fetch(FetchEvent fetchEvent) => throw new NotSupportedException();

        public void Rpc(RpcEvent rpcEvent) => throw new NotSupportedException();

        public Task<InvocationSummary> ScheduledAsync(ScheduledEvent scheduledEvent) => throw new NotSupportedException();

        public Task<InvocationSummary> TailAsync(TailEvent tailEvent) => throw new NotSupportedException();

        public Task DrainAsync() => Task.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

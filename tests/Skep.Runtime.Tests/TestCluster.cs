using System.Collections.Concurrent;
using Skep.Abstractions.Events;
using Skep.Abstractions.Workers;

namespace Skep.Runtime.Tests;

/// <summary>Workers that are bound to each other, as a server would keep them.</summary>
internal sealed class TestCluster : IServiceDirectory, IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Served> served = new();
    private readonly List<TestWorker> all = [];

    /// <summary>Puts a worker into service under a name, instead of the one before.</summary>
    /// <param name="bindings">Names of <c>env</c> and what each leads to: <c>worker</c> or <c>worker#Entrypoint</c>.</param>
    public async Task<TestWorker> DeployAsync(
        string name, string script, WorkerLimits? limits = null, WorkerRuntime? runtime = null, Func<WorkerVersion, WorkerVersion>? with = null, params (string Name, string Target)[] bindings)
    {
        var worker = await TestWorker.StartAsync(script, limits, runtime, with: version =>
        {
            version = version with { Name = name, Bindings = [.. bindings.Select(each => Binding(each.Name, each.Target))] };
            return with?.Invoke(version) ?? version;
        }, directory: this);
        all.Add(worker);
        served[name] = new Served(worker.Worker);
        return worker;
    }

    /// <summary>Takes a worker out of service.</summary>
    public void Remove(string name) => served.TryRemove(name, out _);

    /// <inheritdoc/>
    public IServedWorker? Find(string service, FetchEvent? request) => served.GetValueOrDefault(service);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var worker in all) await worker.DisposeAsync();
    }

    private static ServiceBinding Binding(string name, string target) =>
        target.Split('#') is [var service, var entrypoint] ? new(name, service, entrypoint) : new(name, target);

    private sealed record Served(IWorker Worker) : IServedWorker
    {
        public bool TryEnter() => true;

        public void Leave()
        {
        }
    }
}

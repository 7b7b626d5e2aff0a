using System.Collections.Concurrent;
using Skep.Abstractions.Workers;
using Skep.Abstractions.Workflows;
using Skep.Edge.Triggers;
using Skep.Storage.Workflows;

namespace Skep.Hosting;

/// <summary>The Workflows of projects under development: a file in each project's own folder, and who runs what is due in it.</summary>
internal sealed class ProjectWorkflows(Action<Exception> onFailure) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<Running>> _projects = new(StringComparer.Ordinal);

    /// <summary>What a version needs that defines Workflows. They are due from then on.</summary>
    public async Task<WorkflowServices> ForAsync(string root, WorkerVersion version, IServiceDirectory workers)
    {
        var (store, _) = _projects.GetOrAdd(root, folder => new Lazy<Running>(() => Start(folder, workers))).Value;
        foreach (var binding in version.Bindings.OfType<WorkflowBinding>())
            await store.PutAsync(binding.Workflow, version.Name, binding.ClassName, binding.StepLimit ?? WorkflowRules.DefaultSteps);
        return new WorkflowServices(store, store);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var project in _projects.Values)
        {
            if (!project.IsValueCreated) continue;
            var (store, scheduler) = project.Value;
            await scheduler.DisposeAsync();
            store.Dispose();
        }
    }

    private Running Start(string root, IServiceDirectory workers)
    {
        SqliteWorkflowStore store = new(Path.Combine(StateFolders.Of(root), "workflows.db"), TimeProvider.System, onFailure);
        WorkflowScheduler scheduler = new(store, new DeployedWorkers(workers), TimeProvider.System, onFailure);
        scheduler.Start();
        return new Running(store, scheduler);
    }

    private sealed record Running(SqliteWorkflowStore Store, WorkflowScheduler Scheduler);
}

using System.Collections.Concurrent;
using System.Collections.Immutable;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Routing;
using Skep.Abstractions.Workers;
using Skep.Edge.Routing;
using Skep.Output;

namespace Skep.Hosting;

/// <summary>The deployments that this process serves. A version is loaded by its first request, unless it was just uploaded: then it is
/// warm from its check. One that replaces a version in use is loaded at once.</summary>
internal sealed class ServedDeployments(WorkerPlatform platform, IVersionSource versions, DeploymentRouter router, TimeProvider time) : IAsyncDisposable
{
    // What was checked last of each script, until it is deployed or something newer is checked.
    private readonly ConcurrentDictionary<string, IWorker> _checked = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ImmutableArray<IWorker>> _serving = new(StringComparer.Ordinal);

    /// <summary>Is told which script has which Durable Objects, when this process is the only one to have any.</summary>
    public LocalObjects? Objects { get; init; }

    /// <summary>The scripts that are served.</summary>
    public ICollection<string> Scripts => _serving.Keys;

    /// <summary>Compiles the version and runs its global scope, and keeps it warm.</summary>
    /// <exception cref="WorkerStartupException">It does not start.</exception>
    public async Task<VersionCheck> CheckAsync(WorkerVersion version)
    {
        var began = time.GetTimestamp();
        var worker = await platform.StartAsync(version, "");
        var check = new VersionCheck(time.GetElapsedTime(began), [.. worker.Handlers]);
        IWorker? before = null;
        _checked.AddOrUpdate(version.Name, worker, (_, known) =>
        {
            before = known;
            return worker;
        });
        if (before is not null) await before.DisposeAsync();
        return check;
    }

    /// <summary>Serves the scripts as described, from the return on. Others are not touched.</summary>
    public void Set(IReadOnlyCollection<ScriptRouting> scripts)
    {
        foreach (var script in scripts) Objects?.Set(script.Name, script.ObjectNamespaces);
        // What leaves service is drained in the background: the deployment has taken effect.
        _ = ReportAsync(router.SetAsync([.. scripts.Select(Describe)]));
    }

    /// <summary>Serves the script no more.</summary>
    public async Task RemoveAsync(string script)
    {
        _serving.TryRemove(script, out _);
        _ = ReportAsync(router.RemoveAsync(script));
        if (_checked.TryRemove(script, out var unused)) await unused.DisposeAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var script in _serving.Keys) await router.RemoveAsync(script);
        foreach (var (_, worker) in _checked) await worker.DisposeAsync();
    }

    private ServedScript Describe(ScriptRouting script)
    {
        var before = _serving.GetValueOrDefault(script.Name, []);
        var isInUse = before.Any(worker => worker is not LazyWorker { Started: null or FailedWorker });
        var workers = new Dictionary<string, IWorker>(StringComparer.Ordinal);
        ImmutableArray<ServedVersion> shares = [.. script.Versions.Select(share => new ServedVersion(Worker(share.VersionId, isInUse), share.Percentage))];
        ImmutableArray<ServedPreview> previews = [.. script.Previews.Select(preview => new ServedPreview(preview.Host, Worker(preview.VersionId, atOnce: false)))];
        _serving[script.Name] = [.. workers.Values];
        return new ServedScript(script.Name, script.Hosts, [.. script.Routes.Select(Parse)], shares) { Previews = previews };

        IWorker Worker(string id, bool atOnce)
        {
            if (workers.TryGetValue(id, out var known)) return known;
            if (Find(before, script.Name, id) is { } found) return workers[id] = found;
            var lazy = Load(script.Name, id);
            if (atOnce) _ = lazy.StartAsync();
            return workers[id] = lazy;
        }
    }

    private IWorker? Find(ImmutableArray<IWorker> serving, string script, string version)
    {
        if (serving.FirstOrDefault(worker => worker.Version.Id == version) is { } known) return known;
        return _checked.TryGetValue(script, out var warm) && warm.Version.Id == version && _checked.TryRemove(new(script, warm)) ? warm : null;
    }

    private LazyWorker Load(string script, string id) =>
        new(WorkerVersion.Unread(script) with { Id = id }, () => StartAsync(script, id));

    private async Task<IWorker> StartAsync(string script, string id)
    {
        var version = WorkerVersion.Unread(script) with { Id = id };
        try
        {
            version = await versions.ReadAsync(script, id);
            return await platform.StartAsync(version, "", start => new LazyWorker(version, () => StartOrFailAsync(version, start)));
        }
        catch (Exception failure)
        {
            return await FailAsync(version, failure);
        }
    }

    // Static assets are served without it.
    private async Task<IWorker> StartOrFailAsync(WorkerVersion version, Func<Task<IWorker>> start)
    {
        try
        {
            return await start();
        }
        catch (Exception failure)
        {
            return await FailAsync(version, failure);
        }
    }

    private async Task<FailedWorker> FailAsync(WorkerVersion version, Exception failure)
    {
        // It started when it was uploaded: the machine, the key or the program are not the same any more. Others go on.
        var error = failure is WorkerStartupException startup ? startup.Error : new WorkerError(WorkerErrorCode.Startup, failure.Message);
        await platform.Terminal.WriteErrorAsync(style => $"{style.Red($"✘ {version.Name} does not start:")} {error}");
        return new FailedWorker(version, error, platform.Services.Meters?.MeterFor(version.Name, version.Id));
    }

    private static RoutePattern Parse(string route) =>
        RoutePattern.TryParse(route, out var pattern, out var problem) ? pattern : throw new InvalidDataException(problem);

    private async Task ReportAsync(Task retiring)
    {
        try
        {
            await retiring;
        }
        catch (Exception failure)
        {
            await platform.Terminal.WriteErrorAsync(style => $"{style.Red("✘ A version that left service did not end well:")} {failure}");
        }
    }
}

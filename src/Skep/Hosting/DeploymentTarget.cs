using System.Collections.Concurrent;
using System.Collections.Immutable;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Routing;
using Skep.Abstractions.Workers;
using Skep.Control.Uploads;
using Skep.Edge.Routing;
using Skep.Output;

namespace Skep.Hosting;

/// <summary>Puts the catalog's deployments into service in this process. A version is loaded by its first request, unless it was
/// just uploaded: then it is warm from its check.</summary>
internal sealed class DeploymentTarget(
    WorkerPlatform platform, ICatalog catalog, VersionAssembler assembler, DeploymentRouter router, DeploymentTarget.Hosts hosts, TimeProvider time)
    : IDeploymentTarget, IAsyncDisposable
{
    // What was checked last of each script, until it is deployed or something newer is checked.
    private readonly ConcurrentDictionary<string, IWorker> _checked = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ImmutableArray<IWorker>> _serving = new(StringComparer.Ordinal);

    /// <summary>What the platform's own host names are made of.</summary>
    /// <param name="Domain">Workers answer at <c>&lt;name&gt;.&lt;domain&gt;</c>.</param>
    internal sealed record Hosts(string Domain);

    /// <inheritdoc/>
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

    /// <inheritdoc/>
    public async Task RefreshAsync(string script)
    {
        if (await DescribeAsync(script) is { } served)
        {
            // What leaves service is drained in the background: the deployment has taken effect.
            _ = ReportAsync(router.SetAsync(served));
            return;
        }

        _serving.TryRemove(script, out _);
        if (_checked.TryGetValue(script, out var unused) && await catalog.FindScriptAsync(script) is null && _checked.TryRemove(new(script, unused)))
            await unused.DisposeAsync();
        _ = ReportAsync(router.RemoveAsync(script));
    }

    /// <summary>Puts everything that is deployed into service.</summary>
    /// <returns>How many scripts that is.</returns>
    public async Task<int> RefreshAllAsync()
    {
        var all = new List<ServedScript>();
        foreach (var deployment in await catalog.ListActiveDeploymentsAsync())
        {
            if (await DescribeAsync(deployment.Script) is { } served) all.Add(served);
        }

        await router.SetAsync(all);
        return all.Count;
    }

    /// <inheritdoc/>
    public string SubdomainHost(string script) => $"{script}.{hosts.Domain}";

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var script in _serving.Keys) await router.RemoveAsync(script);
        foreach (var (_, worker) in _checked) await worker.DisposeAsync();
    }

    private async Task<ServedScript?> DescribeAsync(string name)
    {
        if (await catalog.FindScriptAsync(name) is not { } script || await catalog.ListDeploymentsAsync(name, 1) is not [var deployment, ..]) return null;
        var before = _serving.GetValueOrDefault(name, []);
        var versions = ImmutableArray.CreateBuilder<ServedVersion>();
        foreach (var share in deployment.Versions.Where(share => share.Percentage > 0))
            versions.Add(new ServedVersion(Find(before, name, share.VersionId) ?? Load(name, share.VersionId), share.Percentage));
        _serving[name] = [.. versions.Select(version => version.Worker)];
        return new ServedScript(
            name,
            script.Subdomain ? [SubdomainHost(name), .. script.CustomDomains] : script.CustomDomains,
            [.. script.Routes.Select(Parse)],
            versions.ToImmutable());
    }

    private IWorker? Find(ImmutableArray<IWorker> serving, string script, string version)
    {
        if (serving.FirstOrDefault(worker => worker.Version.Id == version) is { } known) return known;
        return _checked.TryGetValue(script, out var warm) && warm.Version.Id == version && _checked.TryRemove(new(script, warm)) ? warm : null;
    }

    private LazyWorker Load(string script, string id) =>
        new(new WorkerVersion { Name = script, Id = id, Modules = [], MainModule = "" }, () => StartAsync(script, id));

    private async Task<IWorker> StartAsync(string script, string id)
    {
        var version = new WorkerVersion { Name = script, Id = id, Modules = [], MainModule = "" };
        try
        {
            var stored = await catalog.FindVersionAsync(script, id) ?? throw new KeyNotFoundException($"The catalog has no version {id} of {script}.");
            version = await assembler.AssembleAsync(stored);
            return await platform.StartAsync(version, "");
        }
        catch (Exception failure)
        {
            // It started when it was uploaded: the machine, the key or the program are not the same any more. Others go on.
            var error = failure is WorkerStartupException startup ? startup.Error : new WorkerError(WorkerErrorCode.Startup, failure.Message);
            await platform.Terminal.WriteErrorAsync(style => $"{style.Red($"✘ {script} does not start:")} {error}");
            return new FailedWorker(version, error, platform.Services.Meters?.MeterFor(version.Name, version.Id));
        }
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

using Skep.Abstractions.Catalog;
using Skep.Abstractions.Workers;

namespace Skep.Hosting;

/// <summary>Puts the catalog's deployments into service in this very process.</summary>
internal sealed class DeploymentTarget(CatalogDeployments deployments, ServedDeployments served) : IDeploymentTarget
{
    /// <inheritdoc/>
    public Task<VersionCheck> CheckAsync(WorkerVersion version) => served.CheckAsync(version);

    /// <inheritdoc/>
    public async Task RefreshAsync(string script)
    {
        if (await deployments.FindAsync(script) is { } routing) served.Set([routing]);
        else await served.RemoveAsync(script);
    }

    /// <summary>Puts everything that is deployed into service.</summary>
    /// <returns>How many scripts that is.</returns>
    public async Task<int> RefreshAllAsync()
    {
        var all = await deployments.ListAsync();
        served.Set(all);
        return all.Count;
    }

    /// <inheritdoc/>
    public string SubdomainHost(string script) => deployments.SubdomainHost(script);
}

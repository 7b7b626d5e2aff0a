using Skep.Abstractions.Catalog;
using Skep.Abstractions.Workers;
using Skep.Control.Uploads;

namespace Skep.Hosting;

/// <summary>What the catalog says is deployed, in the terms of the side that serves it.</summary>
/// <param name="domain">Workers answer at <c>&lt;name&gt;.&lt;domain&gt;</c>.</param>
internal sealed class CatalogDeployments(ICatalog catalog, VersionAssembler assembler, string domain) : IVersionSource
{
    /// <summary>The host of a script's subdomain.</summary>
    public string SubdomainHost(string script) => $"{script}.{domain}";

    /// <summary>The script as it is to be served; null when it is not.</summary>
    public async Task<ScriptRouting?> FindAsync(string script) =>
        await catalog.FindScriptAsync(script) is { } found && await catalog.ListDeploymentsAsync(script, 1) is [var deployment, ..] ? await DescribeAsync(found, deployment) : null;

    /// <summary>Every script that is to be served.</summary>
    public async Task<IReadOnlyList<ScriptRouting>> ListAsync()
    {
        var scripts = (await catalog.ListScriptsAsync()).ToDictionary(script => script.Name, StringComparer.Ordinal);
        List<ScriptRouting> all = [];
        foreach (var deployment in await catalog.ListActiveDeploymentsAsync()) all.Add(await DescribeAsync(scripts[deployment.Script], deployment));
        return all;
    }

    /// <inheritdoc/>
    public async Task<WorkerVersion> ReadAsync(string script, string id)
    {
        var stored = await catalog.FindVersionAsync(script, id) ?? throw new KeyNotFoundException($"The catalog has no version {id} of {script}.");
        return await assembler.AssembleAsync(stored);
    }

    private async Task<ScriptRouting> DescribeAsync(Script script, Deployment deployment) => new(
        script.Name,
        script.Subdomain ? [SubdomainHost(script.Name), .. script.CustomDomains] : script.CustomDomains,
        script.Routes,
        [.. deployment.Versions.Where(share => share.Percentage > 0)])
    {
        ObjectNamespaces = [.. script.ObjectClasses.Select(each => each.NamespaceId)],
        Previews = script.Previews
            ? [.. PreviewHosts.Of(await catalog.ListVersionsAsync(script.Name, PreviewHosts.Versions)).Select(preview => new PreviewRouting($"{preview.Label}-{SubdomainHost(script.Name)}", preview.VersionId))]
            : [],
    };
}

using Skep.Abstractions.Catalog;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Workers;
using Skep.Hosting;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;
using Skep.Supervision.Processes;

namespace Skep.Supervision;

/// <summary>Puts the catalog's deployments into service in every worker process.</summary>
internal sealed class FleetTarget(CatalogDeployments deployments) : IDeploymentTarget
{
    // Reading the catalog, numbering the update and sending it are one step, so that a later update is never made of earlier data.
    private readonly SemaphoreSlim _order = new(1);
    private long _revision;

    /// <summary>The processes. They need this object to begin, so they come later.</summary>
    public Fleet Fleet { get; set; } = null!;

    /// <inheritdoc/>
    public async Task<VersionCheck> CheckAsync(WorkerVersion version)
    {
        // The API may be asked before the first process is there.
        if (Fleet.Trial is null) await Fleet.Serving;
        var process = Fleet.Trial ?? throw new InvalidOperationException("No worker process runs at the moment: try again in a second.");
        try
        {
            return LinkRecords.Read<VersionCheck>((await process.Link.CallAsync(LinkMethod.Check, VersionMessage.Write(version))).Payload.Span);
        }
        catch (LinkClosedException)
        {
            throw new WorkerStartupException(new WorkerError(
                WorkerErrorCode.Startup, $"The process in which the version was started ended meanwhile (process {process.Id}). If that happens again, its global scope brings the engine down."));
        }
    }

    /// <inheritdoc/>
    public async Task RefreshAsync(string script)
    {
        List<Task> told;
        await _order.WaitAsync();
        try
        {
            var routing = await deployments.FindAsync(script);
            RoutingUpdate update = new(++_revision, IsComplete: false, routing is null ? [] : [routing], routing is null ? [script] : []);
            told = [.. Fleet.Members.Where(process => process.IsRouted).Select(process => TellAsync(process, update))];
        }
        finally
        {
            _order.Release();
        }

        await Task.WhenAll(told);
    }

    /// <summary>Tells a process everything, and from then on every change.</summary>
    public async Task PrepareAsync(WorkerProcess process)
    {
        Task told;
        await _order.WaitAsync();
        try
        {
            process.IsRouted = true;
            told = process.Link.TellAsync(LinkMethod.Route, new RoutingUpdate(++_revision, IsComplete: true, await deployments.ListAsync(), []));
        }
        finally
        {
            _order.Release();
        }

        await told;
    }

    /// <inheritdoc/>
    public string SubdomainHost(string script) => deployments.SubdomainHost(script);

    private static async Task TellAsync(WorkerProcess process, RoutingUpdate update)
    {
        try
        {
            await process.Link.TellAsync(LinkMethod.Route, update);
        }
        catch (LinkClosedException)
        {
            // It serves nobody any more; its successor is told everything.
        }
    }
}

using Skep.Control;
using Skep.Control.Api;
using Skep.Control.Uploads;
using Skep.Edge.Listeners;
using Skep.Edge.Routing;
using Skep.Output;
using Skep.Settings;

namespace Skep.Hosting;

/// <summary><c>skep serve</c> in one process: the edge in front of everything that was deployed, and the control plane that wrangler
/// deploys to.</summary>
internal sealed class PlatformServer(WorkerPlatform platform, DataFolder data, SettingValues settings, ControlOptions options, TimeProvider time)
{
    public async Task RunAsync(CancellationToken stop)
    {
        DeploymentRouter router = new();
        CatalogDeployments deployments = new(data.Catalog, new VersionAssembler(data.Catalog, data.Cipher), settings.Text(ServeSettings.Domain));
        await using ServedDeployments served = new(platform, deployments, router, time);
        DeploymentTarget target = new(deployments, served);
        var deployed = await target.RefreshAllAsync();
        await using EdgeServer edge = new(ServeOptions.Listener(settings), ServeOptions.Dispatch(settings, platform), router, new TerminalLogging(platform.Terminal));
        await using ControlServer control = new(options, data.Catalog, data.Catalog, data.Cipher, target, time, OnControlFailure);
        await edge.StartAsync(stop);
        await control.StartAsync(stop);
        await ServerAnnouncement.WriteAsync(platform.Terminal, data, settings, options, edge.EndPoints[0].Port, control.Address, deployed, time);

        await stop.Ended();
        await platform.Terminal.WriteAsync(style => style.Dim("Finishing what is in flight; press Ctrl+C again to stop at once."));
        await control.StopAsync(CancellationToken.None);
        await edge.StopAsync(CancellationToken.None);
    }

    private void OnControlFailure(Exception failure) =>
        platform.Terminal.Offer(isError: true, style => $"{style.Red("✘ The control plane failed:")} {failure}");
}

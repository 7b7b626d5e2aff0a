using System.Collections.Immutable;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Workers;

namespace Skep.Abstractions.Catalog;

/// <summary>Where versions run and deployments take effect: the control plane's view of the serving side.</summary>
public interface IDeploymentTarget
{
    /// <summary>Compiles the version and runs its global scope. It is kept warm for the deployment that usually follows.</summary>
    /// <exception cref="WorkerStartupException">It does not start.</exception>
    Task<VersionCheck> CheckAsync(WorkerVersion version);

    /// <summary>The script's deployment, hosts or routes changed: from the return of this call on, requests go by the new state.
    /// Those in flight finish on the version they began with.</summary>
    Task RefreshAsync(string script);

    /// <summary>The host name (with port, where it is not the default) at which the script answers when its subdomain is on.</summary>
    string SubdomainHost(string script);
}

/// <summary>What starting a version told.</summary>
/// <param name="Startup">How long its modules took to compile and run.</param>
/// <param name="Handlers">What it exports, e.g. <c>fetch</c>.</param>
public sealed record VersionCheck(TimeSpan Startup, ImmutableArray<string> Handlers);

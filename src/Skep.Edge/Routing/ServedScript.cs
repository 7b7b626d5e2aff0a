using System.Collections.Immutable;
using Skep.Abstractions.Routing;
using Skep.Abstractions.Workers;

namespace Skep.Edge.Routing;

/// <summary>A script in service: what leads to it, and the versions that share its requests.</summary>
/// <param name="Name">The script.</param>
/// <param name="Hosts">Host names that lead to it, whatever the path.</param>
/// <param name="Routes">Patterns that lead to it; they win over hosts.</param>
/// <param name="Versions">One version, or several with their shares.</param>
public sealed record ServedScript(
    string Name, ImmutableArray<string> Hosts, ImmutableArray<RoutePattern> Routes, ImmutableArray<ServedVersion> Versions)
{
    /// <summary>Versions that answer at a host of their own, deployed or not.</summary>
    public ImmutableArray<ServedPreview> Previews { get; init; } = [];
}

/// <summary>A version with a host of its own. Hosts of scripts win over it.</summary>
/// <param name="Host">The host name.</param>
/// <param name="Worker">The version; it may be deployed, too.</param>
public sealed record ServedPreview(string Host, IWorker Worker);

/// <summary>A version in service.</summary>
/// <param name="Worker">It.</param>
/// <param name="Percentage">Of the script's requests.</param>
public sealed record ServedVersion(IWorker Worker, double Percentage);

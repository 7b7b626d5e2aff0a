using System.Collections.Immutable;
using Skep.Abstractions.Catalog;

namespace Skep.Hosting;

/// <summary>What leads to a script and which versions share its requests: all that serving it needs to know ahead of the first
/// request. The versions themselves are read when one is asked for.</summary>
/// <param name="Name">The script.</param>
/// <param name="Hosts">Host names that lead to it.</param>
/// <param name="Routes">Route patterns that lead to it, as they were given.</param>
/// <param name="Versions">The versions with their shares, none of them zero.</param>
internal sealed record ScriptRouting(
    string Name, ImmutableArray<string> Hosts, ImmutableArray<string> Routes, ImmutableArray<VersionShare> Versions)
{
    /// <summary>The namespaces of its classes of Durable Objects.</summary>
    public ImmutableArray<string> ObjectNamespaces { get; init; } = [];

    /// <summary>Hosts of versions that need not be deployed.</summary>
    public ImmutableArray<PreviewRouting> Previews { get; init; } = [];
}

/// <summary>A version at a host of its own.</summary>
internal sealed record PreviewRouting(string Host, string VersionId);

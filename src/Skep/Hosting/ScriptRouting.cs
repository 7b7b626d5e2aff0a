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
    string Name, ImmutableArray<string> Hosts, ImmutableArray<string> Routes, ImmutableArray<VersionShare> Versions);

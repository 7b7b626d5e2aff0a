using Skep.Abstractions.Geography;
using Skep.Edge.Origins;

namespace Skep.Hosting;

/// <summary>What the edge knows of clients, of itself, and of the servers behind zones.</summary>
/// <param name="Geography">Where clients are; null when no database was named.</param>
/// <param name="Colo">The name of this node; null for the usual one.</param>
/// <param name="Origins">The servers behind zones.</param>
internal sealed record EdgeSettings(IClientLocator? Geography, string? Colo, ZoneOrigins Origins);

namespace Skep.Abstractions.Hyperdrive;

/// <summary>What a binding leads to.</summary>
/// <param name="ConfigId">The configuration.</param>
/// <param name="Address">What the worker takes for the database's address.</param>
/// <param name="Local">The database in local development, instead of what the configuration says.</param>
public sealed record HyperdriveRoute(string ConfigId, string Address, HyperdriveOrigin? Local = null);

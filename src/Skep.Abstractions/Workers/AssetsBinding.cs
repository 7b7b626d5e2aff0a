namespace Skep.Abstractions.Workers;

/// <summary>The version's own static assets, to fetch from (https://developers.cloudflare.com/workers/static-assets/binding/).</summary>
public sealed record AssetsBinding(string Name) : Binding(Name);

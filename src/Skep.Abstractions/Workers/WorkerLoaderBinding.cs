namespace Skep.Abstractions.Workers;

/// <summary>Loads Workers whose code another Worker gives (<c>worker_loaders</c>,
/// https://developers.cloudflare.com/dynamic-workers/).</summary>
/// <param name="Name">The JavaScript name.</param>
public sealed record WorkerLoaderBinding(string Name) : Binding(Name);

namespace Skep.Abstractions.Workers;

/// <summary>A dataset of Analytics Engine (<c>analytics_engine_datasets</c>).</summary>
/// <param name="Name">The JavaScript name.</param>
/// <param name="Dataset">The dataset.</param>
public sealed record AnalyticsBinding(string Name, string Dataset) : Binding(Name);

namespace Skep.Abstractions.Workers;

/// <summary>Models that run elsewhere (<c>ai</c>).</summary>
/// <param name="Name">The JavaScript name.</param>
public sealed record AiBinding(string Name) : Binding(Name);

namespace Skep.Abstractions.Workers;

/// <summary>A Vectorize index (<c>vectorize</c>).</summary>
/// <param name="Name">The JavaScript name.</param>
/// <param name="Index">The index.</param>
public sealed record VectorizeBinding(string Name, string Index) : Binding(Name);

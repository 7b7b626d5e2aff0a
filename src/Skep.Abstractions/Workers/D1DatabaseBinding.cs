namespace Skep.Abstractions.Workers;

/// <summary>A D1 database (<c>d1_databases</c>). JavaScript knows the binding only by its place among the version's bindings.</summary>
/// <param name="Name">The JavaScript name.</param>
/// <param name="DatabaseId">The database; it never leaves the host.</param>
public sealed record D1DatabaseBinding(string Name, string DatabaseId) : Binding(Name);

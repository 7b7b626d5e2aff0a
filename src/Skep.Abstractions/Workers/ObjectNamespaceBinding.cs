namespace Skep.Abstractions.Workers;

/// <summary>The Durable Objects of a class (<c>durable_objects.bindings</c>).</summary>
/// <param name="Name">The JavaScript name.</param>
/// <param name="NamespaceId">The namespace; it never leaves the host.</param>
public sealed record ObjectNamespaceBinding(string Name, string NamespaceId) : Binding(Name);

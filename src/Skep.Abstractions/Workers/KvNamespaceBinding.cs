namespace Skep.Abstractions.Workers;

/// <summary>A KV namespace (<c>kv_namespaces</c>). JavaScript knows the binding only by its place among the version's bindings.</summary>
/// <param name="Name">The JavaScript name.</param>
/// <param name="NamespaceId">The namespace; it never leaves the host.</param>
public sealed record KvNamespaceBinding(string Name, string NamespaceId) : Binding(Name);

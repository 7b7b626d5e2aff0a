using Skep.Abstractions.Catalog;
using Skep.Abstractions.Kv;

namespace Skep.Control;

/// <summary>KV as the control plane sees it.</summary>
/// <param name="Namespaces">Which there are.</param>
/// <param name="Store">What is in them.</param>
public sealed record KvServices(IKvNamespaces Namespaces, IKvStore Store);

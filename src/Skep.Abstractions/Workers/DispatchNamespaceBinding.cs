using System.Collections.Immutable;

namespace Skep.Abstractions.Workers;

/// <summary>A dispatch namespace (<c>dispatch_namespaces</c>): user Workers, by names that are chosen for each call
/// (https://developers.cloudflare.com/cloudflare-for-platforms/workers-for-platforms/).</summary>
/// <param name="Name">The JavaScript name.</param>
/// <param name="NamespaceId">The namespace; it never leaves the host.</param>
/// <param name="OutboundService">The Worker that the user Workers' own requests go to; null: they go out.</param>
/// <param name="OutboundParameters">What the caller may tell that Worker: names of properties of its <c>env</c>.</param>
public sealed record DispatchNamespaceBinding(
    string Name, string NamespaceId, string? OutboundService = null, ImmutableArray<string> OutboundParameters = default) : Binding(Name);

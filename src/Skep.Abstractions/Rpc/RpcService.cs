using Skep.Abstractions.Events;
using Skep.Abstractions.Objects;

namespace Skep.Abstractions.Rpc;

/// <summary>A stub on its way to another worker: an entrypoint of a deployed Worker, or a Durable Object. Who gets it may call that. It
/// says who answers and holds nothing, so any process can carry it and find them.</summary>
/// <param name="Script">The Worker; null when <paramref name="Object"/> is called.</param>
/// <param name="Entrypoint">Its named entrypoint, or null for the default export.</param>
/// <param name="Props">What the entrypoint sees as <c>ctx.props</c>.</param>
/// <param name="Object">The Durable Object.</param>
public sealed record RpcService(string? Script, string? Entrypoint = null, CallerProps? Props = null, ObjectAddress? Object = null)
{
    /// <summary>Equal for stubs that lead to the same.</summary>
    public string Key => Object is { } called
        ? $"{called.NamespaceId}/{called.Id}"
        : $"{Script}\n{Entrypoint}\n{Props?.Json}\n{(Props is { Serialized.IsEmpty: false } given ? Convert.ToBase64String(given.Serialized.Span) : "")}";
}

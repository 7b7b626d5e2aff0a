using Skep.Abstractions.Objects;

namespace Skep.Abstractions.Rpc;

/// <summary>A stub on its way to another worker: an entrypoint of a deployed Worker, or a Durable Object. Who gets it may call that. It
/// says who answers and holds nothing, so any process can carry it and find them.</summary>
/// <param name="Script">The Worker; null when <paramref name="Object"/> is called.</param>
/// <param name="Entrypoint">Its named entrypoint, or null for the default export.</param>
/// <param name="PropsJson">What the entrypoint sees as <c>ctx.props</c>, as JSON; null for none.</param>
/// <param name="PropsBytes">The same as structured cloning writes it; empty for none.</param>
/// <param name="Object">The Durable Object.</param>
public sealed record RpcService(string? Script, string? Entrypoint = null, string? PropsJson = null, ReadOnlyMemory<byte> PropsBytes = default, ObjectAddress? Object = null)
{
    /// <summary>Whether there is anything for <c>ctx.props</c>.</summary>
    public bool HasProps => PropsJson is not null || !PropsBytes.IsEmpty;

    /// <summary>Equal for stubs that lead to the same.</summary>
    public string Key => Object is { } called
        ? $"{called.NamespaceId}/{called.Id}"
        : $"{Script}\n{Entrypoint}\n{PropsJson}\n{Convert.ToBase64String(PropsBytes.Span)}";
}

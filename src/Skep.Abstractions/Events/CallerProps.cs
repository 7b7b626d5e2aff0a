namespace Skep.Abstractions.Events;

/// <summary>What a caller's binding says of the caller: the entrypoint sees it as <c>ctx.props</c>
/// (https://developers.cloudflare.com/workers/runtime-apis/context/#props).</summary>
/// <param name="Json">The value as JSON, from a configuration; or null.</param>
/// <param name="Serialized">The value as structured cloning writes it, from a running worker; empty for none.</param>
public sealed record CallerProps(string? Json, ReadOnlyMemory<byte> Serialized = default);

namespace Skep.Abstractions.Workers;

/// <summary>Another Worker's entrypoint (https://developers.cloudflare.com/workers/runtime-apis/bindings/service-bindings/).</summary>
/// <param name="Name">The JavaScript name.</param>
/// <param name="Service">The other script's name; looked up at each call, so that its deployments take effect.</param>
/// <param name="Entrypoint">The named entrypoint, or null for the default export.</param>
/// <param name="PropsJson">What the entrypoint sees as <c>ctx.props</c>, as JSON; null for an empty object.</param>
public sealed record ServiceBinding(string Name, string Service, string? Entrypoint = null, string? PropsJson = null) : Binding(Name);

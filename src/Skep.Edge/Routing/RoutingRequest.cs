using Skep.Abstractions.Events;

namespace Skep.Edge.Routing;

/// <summary>What a request is routed by.</summary>
/// <param name="host">The host name without port, in any case.</param>
/// <param name="path">The path, without the query.</param>
/// <param name="https">Whether the client used TLS.</param>
/// <param name="headers">Where its headers can be asked for; null when there are none.</param>
public readonly ref struct RoutingRequest(ReadOnlySpan<char> host, ReadOnlySpan<char> path = default, bool https = false, FetchEvent? headers = null)
{
    /// <summary>The host name without port, in any case.</summary>
    public ReadOnlySpan<char> Host { get; } = host;

    /// <summary>The path, without the query.</summary>
    public ReadOnlySpan<char> Path { get; } = path;

    /// <summary>Whether the client used TLS.</summary>
    public bool Https { get; } = https;

    /// <summary>A header's value by its lower-case name, or null.</summary>
    public string? GetHeader(string name) => headers?.GetHeader(name);
}

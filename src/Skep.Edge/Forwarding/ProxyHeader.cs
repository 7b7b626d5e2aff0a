using System.Net;

namespace Skep.Edge.Forwarding;

/// <summary>The header of the PROXY protocol: whose connection a proxy forwards.</summary>
/// <param name="Length">Its bytes.</param>
/// <param name="Source">The client; null when the proxy speaks for itself (a health check) or cannot tell.</param>
/// <param name="Destination">What the client connected to.</param>
internal readonly record struct ProxyHeader(int Length, IPEndPoint? Source, IPEndPoint? Destination);

namespace Skep.Edge.Listeners;

/// <summary>One place where the server listens.</summary>
/// <param name="Host">An IP address, <c>localhost</c> (both loopback addresses), or <c>*</c> for every address of the machine.</param>
/// <param name="Port">The TCP port; 0 lets the system choose a free one.</param>
/// <param name="Protocol">What is spoken there.</param>
public sealed record ListenerEndpoint(string Host, int Port, ListenerProtocol Protocol)
{
    /// <summary>Every connection begins with a PROXY header, and comes from one of <see cref="ListenerOptions.TrustedProxies"/>.</summary>
    public bool ProxyProtocol { get; init; }
}

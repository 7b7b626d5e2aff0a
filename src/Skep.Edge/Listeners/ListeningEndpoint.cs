using System.Net;

namespace Skep.Edge.Listeners;

/// <summary>Where the server listens, with the port that was chosen.</summary>
public sealed record ListeningEndpoint(IPEndPoint Address, ListenerProtocol Protocol);

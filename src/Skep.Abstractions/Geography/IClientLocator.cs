using System.Net;

namespace Skep.Abstractions.Geography;

/// <summary>Knows where clients are, for <c>request.cf</c>. Called on the request path by many threads at once, and only for requests
/// whose worker looks: no I/O. Callers keep what was made of a location for as long as they get the same object.</summary>
public interface IClientLocator
{
    /// <summary>The location of a client, or null when nothing is known of its address.</summary>
    ClientLocation? Locate(IPAddress? client);
}

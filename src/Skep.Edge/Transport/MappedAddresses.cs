using System.Net;

namespace Skep.Edge.Transport;

/// <summary>Sockets for both kinds of addresses give those of IPv4 in IPv6's clothes
/// (<see href="https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5.2">RFC 4291</see>).</summary>
internal static class MappedAddresses
{
    /// <summary>The IPv4 address that it stands for; else the address itself.</summary>
    public static IPAddress Unmapped(this IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}

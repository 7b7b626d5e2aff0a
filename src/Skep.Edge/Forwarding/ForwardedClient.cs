using System.Net;

namespace Skep.Edge.Forwarding;

/// <summary>Finds the client in what proxies say of it.</summary>
internal static class ForwardedClient
{
    /// <summary>The client's address: the last one of <c>X-Forwarded-For</c> that is no trusted proxy's. What stands before it the client
    /// may have made up itself. Null when the header names nobody.</summary>
    public static IPAddress? Find(string? forwardedFor, AddressList trusted)
    {
        IPAddress? nearest = null;
        for (ReadOnlySpan<char> rest = forwardedFor; !rest.IsEmpty;)
        {
            int comma = rest.LastIndexOf(',');
            ReadOnlySpan<char> entry = rest[(comma + 1)..].Trim();
            rest = comma < 0 ? default : rest[..comma];
            if (Parse(entry) is not { } address)
                return nearest;
            nearest = address;
            if (!trusted.Contains(address))
                break;
        }

        return nearest;
    }

    /// <summary>Whether the client used TLS, by the proxy nearest to us; null when it does not say.</summary>
    public static bool? UsedTls(string? forwardedProto)
    {
        ReadOnlySpan<char> value = forwardedProto;
        value = value[(value.LastIndexOf(',') + 1)..].Trim();
        if (value.Equals("https", StringComparison.OrdinalIgnoreCase))
            return true;
        return value.Equals("http", StringComparison.OrdinalIgnoreCase) ? false : null;
    }

    // Some proxies add the port.
    private static IPAddress? Parse(ReadOnlySpan<char> entry)
    {
        IPAddress? address;
        if (IPAddress.TryParse(entry, out address))
            return address;
        return IPEndPoint.TryParse(entry, out IPEndPoint? endpoint) ? endpoint.Address : null;
    }
}

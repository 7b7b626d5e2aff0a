using System.Security.Cryptography;
using System.Text;

namespace Skep.Abstractions.Routing;

/// <summary>The ids of zones. Every domain is one, so the id follows from the name.</summary>
public static class ZoneId
{
    /// <summary>The id of a domain: 32 hexadecimal digits.</summary>
    public static string Of(string domain) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(domain.ToLowerInvariant())))[..32];

    /// <summary>True when the host is the zone's domain or below it.</summary>
    public static bool Covers(string zone, string host)
    {
        for (var domain = host; ;)
        {
            if (Of(domain) == zone) return true;
            var dot = domain.IndexOf('.', StringComparison.Ordinal);
            if (dot < 0) return false;
            domain = domain[(dot + 1)..];
        }
    }
}

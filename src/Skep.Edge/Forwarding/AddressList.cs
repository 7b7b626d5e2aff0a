using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using Skep.Edge.Transport;

namespace Skep.Edge.Forwarding;

/// <summary>Addresses and networks, such as those of the proxies that are believed.</summary>
public sealed class AddressList
{
    private readonly ImmutableArray<IPNetwork> _networks;

    private AddressList(ImmutableArray<IPNetwork> networks) => _networks = networks;

    /// <summary>Nobody.</summary>
    public static AddressList Empty { get; } = new([]);

    /// <summary>True when nobody is on it.</summary>
    public bool IsEmpty => _networks.IsEmpty;

    /// <summary>Reads addresses (<c>10.0.0.7</c>, <c>::1</c>) and networks (<c>10.0.0.0/8</c>).</summary>
    /// <param name="texts">One each.</param>
    /// <param name="list">The list.</param>
    /// <param name="problem">Which is none, as a sentence.</param>
    public static bool TryParse(IEnumerable<string> texts, [NotNullWhen(true)] out AddressList? list, [NotNullWhen(false)] out string? problem)
    {
        (list, problem) = (null, null);
        var networks = ImmutableArray.CreateBuilder<IPNetwork>();
        foreach (string text in texts)
        {
            if (IPAddress.TryParse(text, out IPAddress? address))
                networks.Add(new IPNetwork(address.Unmapped(), address.Unmapped().GetAddressBytes().Length * 8));
            else if (IPNetwork.TryParse(text, out IPNetwork network))
                networks.Add(network);
            else
                problem ??= $"\"{text}\" is neither an address nor a network: write 10.0.0.7, 10.0.0.0/8 or fd00::/8.";
        }

        if (problem is not null)
            return false;
        list = new AddressList(networks.ToImmutable());
        return true;
    }

    /// <summary>True when the address is on it. An IPv4 address is the same in IPv6's clothes.</summary>
    public bool Contains(IPAddress? address)
    {
        if (address is null)
            return false;
        address = address.Unmapped();
        foreach (IPNetwork network in _networks)
        {
            if (network.Contains(address))
                return true;
        }

        return false;
    }
}

using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Skep.Edge.Transport;

namespace Skep.Edge.Outbound.Connections;

/// <summary>Says which addresses a worker may connect to: those of the public internet
/// (https://www.iana.org/assignments/iana-ipv4-special-registry, …/iana-ipv6-special-registry). Applied to the address that a
/// connection really goes to, after name resolution, so no name can lead around it.</summary>
internal sealed class AddressGuard(bool allowLoopback, bool allowPrivate)
{
    private static readonly (AddressPrefix Prefix, AddressKind Kind)[] _v4 =
    [
        (AddressPrefix.Parse("0.0.0.0/32"), AddressKind.Loopback), // Linux takes a connection to it for one to itself.
        (AddressPrefix.Parse("0.0.0.0/8"), AddressKind.Reserved),
        (AddressPrefix.Parse("10.0.0.0/8"), AddressKind.Private),
        (AddressPrefix.Parse("100.100.100.200/32"), AddressKind.Metadata), // Alibaba Cloud
        (AddressPrefix.Parse("100.64.0.0/10"), AddressKind.Private),
        (AddressPrefix.Parse("127.0.0.0/8"), AddressKind.Loopback),
        (AddressPrefix.Parse("168.63.129.16/32"), AddressKind.Metadata), // Azure, though in public space
        (AddressPrefix.Parse("169.254.169.254/32"), AddressKind.Metadata), // AWS, Google, Azure and most others
        (AddressPrefix.Parse("169.254.170.0/24"), AddressKind.Metadata), // AWS task credentials
        (AddressPrefix.Parse("169.254.0.0/16"), AddressKind.Private),
        (AddressPrefix.Parse("172.16.0.0/12"), AddressKind.Private),
        (AddressPrefix.Parse("192.0.0.192/32"), AddressKind.Metadata), // Oracle Cloud
        (AddressPrefix.Parse("192.0.0.0/24"), AddressKind.Reserved),
        (AddressPrefix.Parse("192.0.2.0/24"), AddressKind.Reserved),
        (AddressPrefix.Parse("192.88.99.0/24"), AddressKind.Reserved),
        (AddressPrefix.Parse("192.168.0.0/16"), AddressKind.Private),
        (AddressPrefix.Parse("198.18.0.0/15"), AddressKind.Private),
        (AddressPrefix.Parse("198.51.100.0/24"), AddressKind.Reserved),
        (AddressPrefix.Parse("203.0.113.0/24"), AddressKind.Reserved),
        (AddressPrefix.Parse("224.0.0.0/4"), AddressKind.Multicast),
        (AddressPrefix.Parse("240.0.0.0/4"), AddressKind.Reserved),
    ];

    private static readonly (AddressPrefix Prefix, AddressKind Kind)[] _v6 =
    [
        (AddressPrefix.Parse("::/128"), AddressKind.Loopback),
        (AddressPrefix.Parse("::1/128"), AddressKind.Loopback),
        (AddressPrefix.Parse("fd00:ec2::/32"), AddressKind.Metadata), // AWS
        (AddressPrefix.Parse("fd20:ce::254/128"), AddressKind.Metadata), // Google
        (AddressPrefix.Parse("fc00::/7"), AddressKind.Private),
        (AddressPrefix.Parse("fe80::/10"), AddressKind.Private),
        (AddressPrefix.Parse("fec0::/10"), AddressKind.Private),
        (AddressPrefix.Parse("64:ff9b:1::/48"), AddressKind.Private),
        (AddressPrefix.Parse("ff00::/8"), AddressKind.Multicast),
        (AddressPrefix.Parse("2001::/23"), AddressKind.Reserved), // Teredo and other protocol assignments
        (AddressPrefix.Parse("2001:db8::/32"), AddressKind.Reserved),
        (AddressPrefix.Parse("3fff::/20"), AddressKind.Reserved),
        (AddressPrefix.Parse("2000::/3"), AddressKind.Public), // all that is assigned to the internet so far
    ];

    // IPv6 addresses that carry an IPv4 address, which then decides: mapped, compatible, NAT64, 6to4.
    private static readonly (AddressPrefix Prefix, int Offset)[] _carriers =
    [
        (AddressPrefix.Parse("64:ff9b::/96"), 12),
        (AddressPrefix.Parse("::ffff:0:0:0/96"), 12),
        (AddressPrefix.Parse("2002::/16"), 2),
    ];

    /// <summary>True when a connection to the address may be made.</summary>
    public bool Allows(IPAddress address) => Classify(address) switch
    {
        AddressKind.Public => true,
        AddressKind.Loopback => allowLoopback,
        AddressKind.Private => allowPrivate,
        _ => false,
    };

    /// <summary>What kind of address it is.</summary>
    public static AddressKind Classify(IPAddress address)
    {
        address = address.Unmapped();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int length);
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return Find(_v4, bytes[..length]) ?? AddressKind.Public;
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return AddressKind.Reserved;

        foreach ((AddressPrefix prefix, int offset) in _carriers)
        {
            if (prefix.Contains(bytes))
                return Classify(new IPAddress(bytes.Slice(offset, 4)));
        }

        if (BinaryPrimitives.ReadUInt64BigEndian(bytes) == 0 && BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]) == 0
            && BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]) > 1)
            return Classify(new IPAddress(bytes[12..]));
        return Find(_v6, bytes) ?? AddressKind.Reserved;
    }

    private static AddressKind? Find((AddressPrefix Prefix, AddressKind Kind)[] table, ReadOnlySpan<byte> address)
    {
        foreach ((AddressPrefix prefix, AddressKind kind) in table)
        {
            if (prefix.Contains(address))
                return kind;
        }

        return null;
    }
}

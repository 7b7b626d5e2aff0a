using System.Net;
using Skep.Edge.Outbound;
using Skep.Edge.Outbound.Connections;

namespace Skep.Edge.Tests.Outbound;

public sealed class AddressGuardTests
{
    [Theory]
    [InlineData("1.1.1.1", "Public")]
    [InlineData("8.8.8.8", "Public")]
    [InlineData("172.15.255.255", "Public")]
    [InlineData("172.32.0.0", "Public")]
    [InlineData("100.63.255.255", "Public")]
    [InlineData("100.128.0.0", "Public")]
    [InlineData("223.255.255.255", "Public")]
    [InlineData("2606:4700:4700::1111", "Public")]
    [InlineData("2a00:1450::1", "Public")]
    [InlineData("127.0.0.1", "Loopback")]
    [InlineData("127.255.255.254", "Loopback")]
    [InlineData("0.0.0.0", "Loopback")]
    [InlineData("::", "Loopback")]
    [InlineData("::1", "Loopback")]
    [InlineData("0.1.2.3", "Reserved")]
    [InlineData("10.0.0.1", "Private")]
    [InlineData("10.255.255.255", "Private")]
    [InlineData("172.16.0.1", "Private")]
    [InlineData("172.31.255.255", "Private")]
    [InlineData("192.168.1.1", "Private")]
    [InlineData("100.64.0.1", "Private")]
    [InlineData("100.127.255.255", "Private")]
    [InlineData("169.254.1.1", "Private")]
    [InlineData("198.18.0.1", "Private")]
    [InlineData("198.19.255.255", "Private")]
    [InlineData("169.254.169.254", "Metadata")]
    [InlineData("169.254.170.2", "Metadata")]
    [InlineData("100.100.100.200", "Metadata")]
    [InlineData("192.0.0.192", "Metadata")]
    [InlineData("168.63.129.16", "Metadata")]
    [InlineData("fd00:ec2::254", "Metadata")]
    [InlineData("fd20:ce::254", "Metadata")]
    [InlineData("192.0.0.1", "Reserved")]
    [InlineData("192.0.2.1", "Reserved")]
    [InlineData("198.51.100.1", "Reserved")]
    [InlineData("203.0.113.1", "Reserved")]
    [InlineData("192.88.99.1", "Reserved")]
    [InlineData("240.0.0.1", "Reserved")]
    [InlineData("255.255.255.255", "Reserved")]
    [InlineData("224.0.0.1", "Multicast")]
    [InlineData("239.255.255.255", "Multicast")]
    [InlineData("ff02::1", "Multicast")]
    [InlineData("fe80::1", "Private")]
    [InlineData("fe80::1%1", "Private")]
    [InlineData("febf::1", "Private")]
    [InlineData("fec0::1", "Private")]
    [InlineData("fc00::1", "Private")]
    [InlineData("fdff::1", "Private")]
    [InlineData("64:ff9b:1::1", "Private")]
    [InlineData("100::1", "Reserved")]
    [InlineData("2001::1", "Reserved")] // Teredo
    [InlineData("2001:db8::1", "Reserved")]
    [InlineData("3fff::1", "Reserved")]
    [InlineData("5f00::1", "Reserved")]
    [InlineData("4000::1", "Reserved")]
    [InlineData("::ffff:127.0.0.1", "Loopback")] // mapped
    [InlineData("::ffff:10.0.0.1", "Private")]
    [InlineData("::ffff:169.254.169.254", "Metadata")]
    [InlineData("::ffff:8.8.8.8", "Public")]
    [InlineData("::ffff:0:127.0.0.1", "Loopback")] // translated
    [InlineData("::127.0.0.1", "Loopback")] // compatible
    [InlineData("::10.0.0.1", "Private")]
    [InlineData("64:ff9b::7f00:1", "Loopback")] // NAT64
    [InlineData("64:ff9b::a00:1", "Private")]
    [InlineData("64:ff9b::808:808", "Public")]
    [InlineData("2002:7f00:1::", "Loopback")] // 6to4
    [InlineData("2002:c0a8:101::1", "Private")]
    [InlineData("2002:a9fe:a9fe::1", "Metadata")]
    [InlineData("2002:808:808::1", "Public")]
    public void Addresses_are_what_the_registries_say(string address, string kind)
    {
        Assert.Equal(kind, AddressGuard.Classify(IPAddress.Parse(address)).ToString());
    }

    [Theory]
    [InlineData(false, false, "1.1.1.1")]
    [InlineData(true, false, "1.1.1.1 127.0.0.1 0.0.0.0 ::1 ::ffff:127.0.0.1")]
    [InlineData(false, true, "1.1.1.1 10.0.0.1 fe80::1")]
    [InlineData(true, true, "1.1.1.1 10.0.0.1 127.0.0.1 0.0.0.0 ::1 ::ffff:127.0.0.1 fe80::1")]
    public void Options_open_one_kind_each_and_never_metadata(bool loopback, bool @private, string allowed)
    {
        var guard = new AddressGuard(loopback, @private);
        string[] all = ["1.1.1.1", "10.0.0.1", "127.0.0.1", "0.0.0.0", "::1", "::ffff:127.0.0.1", "fe80::1", "169.254.169.254", "fd00:ec2::254", "224.0.0.1", "240.0.0.1", "2001::1"];
        Assert.Equal(allowed.Split(' '), all.Where(address => guard.Allows(IPAddress.Parse(address))));
    }
}

using System.Net;
using Skep.Edge.Listeners;

namespace Skep.Edge.Tests.Listeners;

/// <summary>How many connections a client has.</summary>
public sealed class ClientConnectionsTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", false)]
    [InlineData("192.0.2.1", "192.0.2.2", true)]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1", false)]
    [InlineData("::ffff:192.0.2.1", "::ffff:192.0.2.2", true)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", false)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:2::1", true)]
    public void An_address_or_a_network_of_IPv6_is_one_client(string first, string second, bool isAnother)
    {
        ClientConnections clients = new(mostOfOne: 1);
        Assert.True(clients.TryEnter(IPAddress.Parse(first)));
        Assert.Equal(isAnother, clients.TryEnter(IPAddress.Parse(second)));
        clients.Leave(IPAddress.Parse(first));
        Assert.Equal(!isAnother, clients.TryEnter(IPAddress.Parse(second)));
    }

    [Fact]
    public void All_together_have_no_more_than_there_may_be()
    {
        ClientConnections clients = new(mostOfOne: 1, most: 1);
        Assert.True(clients.TryEnter(IPAddress.Parse("192.0.2.1")));
        Assert.False(clients.TryEnter(IPAddress.Parse("192.0.2.2")));
        clients.Leave(IPAddress.Parse("192.0.2.1"));
        Assert.True(clients.TryEnter(IPAddress.Parse("192.0.2.2")));
    }
}

using System.Net;
using Skep.Edge.Email.Inbound;

namespace Skep.Edge.Tests.Email;

/// <summary>How many connections a client has.</summary>
public sealed class SmtpClientsTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", false)]
    [InlineData("192.0.2.1", "192.0.2.2", true)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", false)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:2::1", true)]
    public void An_address_or_a_network_of_IPv6_is_one_client(string first, string second, bool isAnother)
    {
        SmtpClients clients = new(most: 100, mostOfOne: 1);
        Assert.True(clients.TryEnter(IPAddress.Parse(first)));
        Assert.Equal(isAnother, clients.TryEnter(IPAddress.Parse(second)));
        clients.Leave(IPAddress.Parse(first));
        Assert.Equal(!isAnother, clients.TryEnter(IPAddress.Parse(second)));
    }

    [Fact]
    public void All_together_have_no_more_than_there_may_be()
    {
        SmtpClients clients = new(most: 1, mostOfOne: 1);
        Assert.True(clients.TryEnter(IPAddress.Parse("192.0.2.1")));
        Assert.False(clients.TryEnter(IPAddress.Parse("192.0.2.2")));
        clients.Leave(IPAddress.Parse("192.0.2.1"));
        Assert.True(clients.TryEnter(IPAddress.Parse("192.0.2.2")));
    }

    [Fact]
    public void Nobody_alone_takes_all_the_room_for_messages()
    {
        SmtpListenerOptions options = new(new IPEndPoint(IPAddress.Loopback, 0), "mx.test");
        Assert.True(options.ConnectionsPerAddress < options.Messages);
    }
}

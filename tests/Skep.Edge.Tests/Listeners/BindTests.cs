using Skep.Edge.Listeners;
using Skep.Edge.Routing;

namespace Skep.Edge.Tests.Listeners;

public sealed class BindTests
{
    [Fact]
    public async Task A_port_in_use_is_named_with_what_to_do()
    {
        await using TestEdge first = await TestEdge.StartAsync(request => { });
        IOException error = await Assert.ThrowsAsync<IOException>(() => StartAsync("127.0.0.1", first.EndPoint.Port));
        Assert.Equal($"127.0.0.1:{first.EndPoint.Port} is in use. Stop what listens there, or choose another port.", error.Message);
    }

    [Fact]
    public async Task An_address_of_another_machine_is_named()
    {
        IOException error = await Assert.ThrowsAsync<IOException>(() => StartAsync("192.0.2.1", 0));
        Assert.StartsWith("192.0.2.1:0 is no address of this machine.", error.Message);
    }

    private static async Task StartAsync(string host, int port)
    {
        await using var server = new EdgeServer(new ListenerOptions { Host = host, Port = port }, new(), new SingleWorkerRouter());
        await server.StartAsync(TestContext.Current.CancellationToken);
    }
}

using Skep.Abstractions.Hyperdrive;
using Skep.Testing;

namespace Skep.Edge.Tests.Postgres;

/// <summary>One PostgreSQL for the tests of a class.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private PostgresServer? _server;

    public async ValueTask InitializeAsync() => _server = await PostgresServer.StartAsync();

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Where it is. Skips the test when there is none.</summary>
    public HyperdriveOrigin Origin(string query = "", int connections = 5, string user = "app")
    {
        Assert.SkipWhen(_server is null, PostgresServer.Missing);
        return HyperdriveUrl.Parse(Guid.NewGuid().ToString(), _server!.Url + query) with { Connections = connections, User = user };
    }
}

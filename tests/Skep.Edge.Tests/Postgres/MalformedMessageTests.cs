using System.Net;
using System.Net.Sockets;
using Skep.Abstractions.Hyperdrive;
using Skep.Edge.Postgres;

namespace Skep.Edge.Tests.Postgres;

/// <summary>Messages that are shorter than their kind can be, from a hostile worker or from what pretends to be a database: the session ends with
/// an error, and its place in the pool is free again.</summary>
public sealed class MalformedMessageTests : IDisposable
{
    private static readonly byte[] _welcome = [.. Message('R', 0, 0, 0, 0), .. Message('K', 0, 0, 0, 1, 0, 0, 0, 2), .. Message('Z', (byte)'I')];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly HyperdrivePools _pools = new(origins: null, processes: 1, TimeProvider.System);

    public MalformedMessageTests() => _listener.Start();

    public void Dispose()
    {
        _pools.Dispose();
        _listener.Dispose();
    }

    public static TheoryData<string, byte[]> Greetings => new()
    {
        { "authentication without a kind", Message('R') },
        { "MD5 without a salt", Message('R', 0, 0, 0, 5) },
        { "a key without a secret", [.. Message('R', 0, 0, 0, 0), .. Message('K', 0, 0, 0, 1)] },
    };

    [Theory]
    [MemberData(nameof(Greetings))]
    public async Task A_database_that_greets_with_too_little_is_not_connected_to(string what, byte[] greeting)
    {
        var database = ServeAsync(greeting);
        await using var client = await PostgresClient.OpenAsync(_pools, Origin());
        client.Writer.Begin(0).Int32(MessageType.Protocol3).Text("user").Text(what).Byte(0).End();
        Assert.StartsWith("E:08001", Assert.Single(await client.RepliesAsync()), StringComparison.Ordinal);
        await database;
        await FreeAsync();
    }

    [Fact]
    public async Task A_database_that_is_ready_for_nothing_is_left()
    {
        var database = ServeAsync(_welcome, Message('Z'));
        await using var client = await PostgresClient.ConnectAsync(_pools, Origin());
        Assert.StartsWith("E:08006", Assert.Single(await client.QueryAsync("SELECT 1")), StringComparison.Ordinal);
        await database;
        await FreeAsync();
    }

    [Theory]
    [InlineData(MessageType.Describe)]
    [InlineData(MessageType.Close)]
    public async Task A_client_that_names_nothing_is_refused(byte type)
    {
        var database = ServeAsync(_welcome);
        await using var client = await PostgresClient.ConnectAsync(_pools, Origin());
        client.Writer.Begin(type).End();
        Assert.StartsWith("E:08P01", Assert.Single(await client.RepliesAsync()), StringComparison.Ordinal);
        await database;
        await FreeAsync();
    }

    private static byte[] Message(char type, params byte[] contents) => [(byte)type, 0, 0, 0, (byte)(sizeof(int) + contents.Length), .. contents];

    private HyperdriveOrigin Origin() =>
        new("scripted", "1", "127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port, "app", "app", "secret", HyperdriveEncryption.Disable, Connections: 1);

    // The place is free in the moment after the connection is closed.
    private async Task FreeAsync()
    {
        while (_pools.Open(Origin().Id) > 0) await Task.Delay(1, TestContext.Current.CancellationToken);
    }

    // One connection: says the next of its lines whenever it was told something, until the pool leaves.
    private async Task ServeAsync(params byte[][] lines)
    {
        using var socket = await _listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        var heard = new byte[1024];
        var next = 0;
        try
        {
            while (await socket.ReceiveAsync(heard, TestContext.Current.CancellationToken) > 0)
            {
                if (next < lines.Length) await socket.SendAsync(lines[next++], TestContext.Current.CancellationToken);
            }
        }
        catch (SocketException)
        {
            // It left with something unread.
        }
    }
}

using System.Globalization;
using Skep.Abstractions.Hyperdrive;
using Skep.Abstractions.Metering;
using Skep.Edge.Postgres;
using Skep.Testing;

namespace Skep.Edge.Tests.Postgres;

/// <summary>Pools in front of a real PostgreSQL.</summary>
public sealed class HyperdrivePoolTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IDisposable
{
    private const string Who = "SELECT pg_backend_pid()";

    private readonly HyperdrivePools _pools = new(origins: null, processes: 1, TimeProvider.System);

    public void Dispose() => _pools.Dispose();

    [Fact]
    public async Task Many_clients_share_few_connections()
    {
        var origin = postgres.Origin(connections: 2);
        MeterCounter queries = new();
        var clients = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PostgresClient.ConnectAsync(_pools, origin, queries)));
        var servers = await Task.WhenAll(clients.Select(client => client.ValueAsync(Who)));
        Assert.InRange(servers.Distinct().Count(), 1, 2);
        Assert.InRange(_pools.Open(origin.Id), 1, 2);
        Assert.Equal(20, queries.Value);
        foreach (var client in clients) await client.DisposeAsync();
    }

    [Fact]
    public async Task A_transaction_keeps_its_connection_and_nobody_else_gets_it()
    {
        var origin = postgres.Origin(connections: 2);
        await using var one = await PostgresClient.ConnectAsync(_pools, origin);
        await using var other = await PostgresClient.ConnectAsync(_pools, origin);
        Assert.Equal("Z:T", (await one.QueryAsync("BEGIN")).Last());
        var mine = await one.ValueAsync(Who);
        Assert.NotEqual(mine, await other.ValueAsync(Who));
        Assert.Equal(mine, await one.ValueAsync(Who));
        Assert.Equal("Z:E", (await one.QueryAsync("SELECT 1/0")).Last());
        Assert.Equal("Z:I", (await one.QueryAsync("ROLLBACK")).Last());
    }

    [Fact]
    public async Task Prepared_statements_follow_their_client_to_another_connection()
    {
        var origin = postgres.Origin(connections: 2);
        await using var client = await PostgresClient.ConnectAsync(_pools, origin);
        await using var one = await PostgresClient.ConnectAsync(_pools, origin);
        await using var two = await PostgresClient.ConnectAsync(_pools, origin);
        Assert.Equal(["1", "Z:I"], await client.Parse("mine", "SELECT pg_backend_pid() || ':' || $1::text").SyncAsync());
        var first = await client.Bind("mine", "a").Execute().SyncAsync();
        Assert.EndsWith(":a", first[1], StringComparison.Ordinal);

        // Both are taken; only the one that does not have it becomes free.
        await one.QueryAsync("BEGIN");
        await two.QueryAsync("BEGIN");
        var (blocker, other) = await one.ValueAsync(Who) == first[1].Split(':')[1] ? (one, two) : (two, one);
        await other.QueryAsync("ROLLBACK");
        var second = await client.Bind("mine", "b").Execute().SyncAsync();
        Assert.Equal(["2", "D", "C", "Z"], second.Select(reply => reply[..1]));
        Assert.EndsWith(":b", second[1], StringComparison.Ordinal);
        Assert.NotEqual(first[1].Split(':')[1], second[1].Split(':')[1]);
        await blocker.QueryAsync("ROLLBACK");

        // Prepared again, by somebody else too: the server has it already, and each is told that it was done.
        Assert.Equal(["1", "Z:I"], await blocker.Parse("other name", "SELECT pg_backend_pid() || ':' || $1::text").SyncAsync());
        Assert.EndsWith(":c", (await blocker.Bind("other name", "c").Execute().SyncAsync())[1], StringComparison.Ordinal);
        Assert.Equal(["3", "Z:I"], await client.CloseStatement("mine").SyncAsync());
        Assert.StartsWith("E:26000", (await client.Bind("mine", "d").Execute().SyncAsync())[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_statement_without_a_name_is_there_until_the_next()
    {
        await using var client = await PostgresClient.ConnectAsync(_pools, postgres.Origin(connections: 1));
        await using var other = await PostgresClient.ConnectAsync(_pools, postgres.Origin(connections: 1));
        Assert.Equal(["1", "Z:I"], await client.Parse("", "SELECT $1::int + 1").SyncAsync());
        await other.Parse("", "SELECT 'theirs'").SyncAsync();
        Assert.Equal("D:2", (await client.Bind("", "1").Execute().SyncAsync())[1]);
        Assert.Equal("D:4", (await client.Bind("", "3").Execute().SyncAsync())[1]);
    }

    [Fact]
    public async Task After_an_error_everything_until_the_sync_is_skipped_and_what_failed_is_not_known()
    {
        await using var client = await PostgresClient.ConnectAsync(_pools, postgres.Origin(connections: 1));
        var replies = await client.Parse("bad", "SELECT * FROM nowhere").Parse("good", "SELECT 1").Bind("good").Execute().SyncAsync();
        Assert.Equal(["E", "Z"], replies.Select(reply => reply[..1]));
        Assert.StartsWith("E:42P01", replies[0], StringComparison.Ordinal);
        Assert.Equal(["1", "2", "D:1", "C", "Z:I"], await client.Parse("good", "SELECT 1").Bind("good").Execute().SyncAsync());

        // Pipelined: the second is not touched by what befell the first.
        client.Parse("", "SELECT 1/0").Bind("").Execute().Writer.Begin(MessageType.Sync).End();
        client.Bind("good").Execute();
        Assert.StartsWith("E:22012", (await client.SyncAsync()).Single(reply => reply[0] == 'E'), StringComparison.Ordinal);
        Assert.Equal(["2", "D:1", "C", "Z:I"], await client.RepliesAsync());
    }

    [Fact]
    public async Task What_a_session_has_set_nobody_else_finds()
    {
        var origin = postgres.Origin(connections: 1);
        await using var one = await PostgresClient.ConnectAsync(_pools, origin);
        await using var other = await PostgresClient.ConnectAsync(_pools, origin);
        foreach (var change in (string[])["SET search_path TO nowhere", "SELECT set_config('search_path', 'nowhere', false)", "CREATE TEMP TABLE left_over (a int)", "PREPARE stays AS SELECT 1"])
        {
            await one.QueryAsync(change);
            Assert.Equal("\"$user\", public", await other.ValueAsync("SHOW search_path"));
            Assert.StartsWith("E:42P01", (await other.QueryAsync("SELECT * FROM left_over"))[0], StringComparison.Ordinal);
            Assert.StartsWith("E:26000", (await other.QueryAsync("EXECUTE stays"))[0], StringComparison.Ordinal);
        }

        // The server has forgotten what was prepared before, and the client need not know.
        await one.Parse("kept", "SELECT 'kept'").SyncAsync();
        await other.QueryAsync("DISCARD ALL");
        Assert.Equal("D:kept", (await one.Bind("kept").Execute().SyncAsync())[1]);
    }

    [Fact]
    public async Task A_transaction_that_is_left_is_rolled_back()
    {
        var origin = postgres.Origin(connections: 1);
        await using var other = await PostgresClient.ConnectAsync(_pools, origin);
        await other.QueryAsync("CREATE TABLE IF NOT EXISTS left_table (a int)");
        var client = await PostgresClient.ConnectAsync(_pools, origin);
        await client.QueryAsync("BEGIN");
        await client.QueryAsync("INSERT INTO left_table VALUES (1)");
        await client.DisposeAsync();
        Assert.Equal("0", await other.ValueAsync("SELECT count(*) FROM left_table"));
    }

    [Fact]
    public async Task What_was_sent_before_a_goodbye_is_done()
    {
        var origin = postgres.Origin(connections: 1);
        await using var other = await PostgresClient.ConnectAsync(_pools, origin);
        await other.QueryAsync("CREATE TABLE IF NOT EXISTS last_words (a int)");
        var client = await PostgresClient.ConnectAsync(_pools, origin);
        client.Writer.Begin(MessageType.Query).Text("INSERT INTO last_words SELECT 1 FROM pg_sleep(0.05)").End();
        client.Writer.Begin(MessageType.Terminate).End();
        await client.Writer.FlushAsync(TestContext.Current.CancellationToken);
        Assert.Equal("1", await other.ValueAsync("SELECT count(*) FROM last_words"));
        await client.DisposeAsync();
    }

    [Fact]
    public async Task A_query_is_cancelled_over_another_connection()
    {
        var origin = postgres.Origin(connections: 2);
        await using var client = await PostgresClient.ConnectAsync(_pools, origin);
        await using var watcher = await PostgresClient.ConnectAsync(_pools, origin);
        var sleeping = client.QueryAsync("SELECT pg_sleep(600)");
        while (await watcher.ValueAsync("SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)' AND state = 'active'") == "0")
        {
            Assert.False(sleeping.IsCompleted);
        }

        await using var canceller = await PostgresClient.OpenAsync(_pools, origin);
        canceller.Writer.Begin(0).Int32(MessageType.CancelRequest).Int32(client.Process).Int32(client.Secret).End();
        Assert.Empty(await canceller.RepliesAsync());
        Assert.Contains(await sleeping, reply => reply.StartsWith("E:57014", StringComparison.Ordinal));
        Assert.Equal("1", await client.ValueAsync("SELECT 1"));
    }

    [Fact]
    public async Task Whoever_waits_too_long_for_a_connection_is_told_so()
    {
        ManualTime time = new();
        using HyperdrivePools pools = new(origins: null, processes: 2, time);
        var origin = postgres.Origin(connections: 2);
        await using var one = await PostgresClient.ConnectAsync(pools, origin);
        await using var other = await PostgresClient.ConnectAsync(pools, origin);
        await one.QueryAsync("BEGIN");
        var waiting = other.QueryAsync("SELECT 1");
        while (!waiting.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Contains("Timed out while waiting for an open slot in the pool", Assert.Single(await waiting), StringComparison.Ordinal);
        Assert.Equal("Z:I", (await one.QueryAsync("COMMIT")).Last());
    }

    [Fact]
    public async Task A_connection_that_the_server_has_closed_is_replaced()
    {
        var origin = postgres.Origin(connections: 2);
        await using var client = await PostgresClient.ConnectAsync(_pools, origin);
        var server = await client.ValueAsync(Who);
        await using var killer = await PostgresClient.ConnectAsync(_pools, postgres.Origin());
        await killer.QueryAsync($"SELECT pg_terminate_backend({server}, 10000)");
        Assert.NotEqual(server, await client.ValueAsync(Who));
        var dying = await client.QueryAsync("SELECT pg_terminate_backend(pg_backend_pid())");
        Assert.Contains(dying, reply => reply.StartsWith("E:57P01", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Data_is_copied_in_and_a_copy_that_fails_does_no_harm()
    {
        await using var client = await PostgresClient.ConnectAsync(_pools, postgres.Origin(connections: 1));
        await client.QueryAsync("CREATE TABLE IF NOT EXISTS copied (a int)");
        client.Writer.Begin(MessageType.Query).Text("COPY copied FROM STDIN").End();
        Assert.Equal(["G"], await client.RepliesAsync(MessageType.CopyInResponse));
        client.Writer.Begin(MessageType.CopyData).Bytes("1\n2\n"u8).End();
        client.Writer.Begin(MessageType.CopyDone).End();
        Assert.Equal(["C", "Z:I"], await client.RepliesAsync());
        client.Writer.Begin(MessageType.Query).Text("COPY copied FROM STDIN").End();
        await client.RepliesAsync(MessageType.CopyInResponse);
        client.Writer.Begin(MessageType.CopyData).Bytes("x\n"u8).End();
        Assert.Equal("E", (await client.RepliesAsync(MessageType.ErrorResponse))[0][..1]);
        Assert.Equal(["Z:I"], await client.RepliesAsync());
        client.Writer.Begin(MessageType.CopyData).Bytes("y\n"u8).End();
        client.Writer.Begin(MessageType.CopyDone).End();
        Assert.Equal("2", await client.ValueAsync("SELECT count(*) FROM copied"));
    }

    [Fact]
    public async Task Long_messages_pass_through()
    {
        await using var client = await PostgresClient.ConnectAsync(_pools, postgres.Origin(connections: 1));
        await client.Parse("length", "SELECT length($1::text)").SyncAsync();
        Assert.Equal("D:3000000", (await client.Bind("length", new string('x', 3_000_000)).Execute().SyncAsync())[1]);
        Assert.Equal("2000000", await client.ValueAsync($"SELECT length('{new string('y', 2_000_000)}')"));
        Assert.Equal(5_000, (await client.QueryAsync("SELECT repeat('z', 1000) FROM generate_series(1, 5000)")).Count(reply => reply.Length == 1002));
    }

    [Fact]
    public async Task Another_revision_is_another_pool()
    {
        var origin = postgres.Origin(connections: 3);
        await using var old = await PostgresClient.ConnectAsync(_pools, origin);
        var before = await old.ValueAsync(Who);
        await using var client = await PostgresClient.ConnectAsync(_pools, origin with { Revision = "2", User = "trusted" });
        Assert.Equal("trusted", await client.ValueAsync("SELECT current_user"));
        Assert.NotEqual(before, await client.ValueAsync(Who));
    }

    [Fact]
    public async Task Idle_connections_are_closed()
    {
        ManualTime time = new();
        using HyperdrivePools pools = new(origins: null, processes: 1, time);
        var origin = postgres.Origin();
        await using var first = await PostgresClient.ConnectAsync(pools, origin);
        await first.ValueAsync(Who);
        // An answer may overtake the return of its connection; the end of the session does not.
        first.Writer.Begin(MessageType.Terminate).End();
        Assert.Empty(await first.RepliesAsync());
        Assert.Equal(1, pools.Open(origin.Id));
        for (var i = 0; i < 6; i++) time.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(0, pools.Open(origin.Id));
        await using var next = await PostgresClient.ConnectAsync(pools, origin);
        await next.ValueAsync(Who);
    }

    [Theory]
    [InlineData("app", "?sslmode=disable")]
    [InlineData("app", "?sslmode=require")]
    [InlineData("md5user", "")]
    [InlineData("plainuser", "?sslmode=require")]
    [InlineData("plainuser", "?sslmode=disable")]
    [InlineData("trusted", "")]
    public async Task Whatever_proof_the_server_wants_it_gets(string user, string query)
    {
        await using var client = await PostgresClient.ConnectAsync(_pools, postgres.Origin(query, user: user));
        Assert.Equal(user, await client.ValueAsync("SELECT current_user"));
        var encrypted = await client.ValueAsync("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
        Assert.Equal(query == "?sslmode=disable" ? "f" : "t", encrypted);
    }

    [Fact]
    public async Task What_does_not_work_is_told_by_its_number()
    {
        var origin = postgres.Origin();
        Assert.Equal(HyperdriveException.BadCredentials, await FailureAsync(origin with { Password = "wrong" }));
        Assert.Equal(HyperdriveException.BadCredentials, await FailureAsync(origin with { User = "nobody" }));
        Assert.Equal(HyperdriveException.NoDatabase, await FailureAsync(origin with { Database = "nothing" }));
        Assert.Equal(HyperdriveException.BadHost, await FailureAsync(origin with { Host = "does-not-exist.invalid" }));
        Assert.Equal(HyperdriveException.Refused, await FailureAsync(origin with { Port = 1 }));
        Assert.Equal(HyperdriveException.NoTls, await FailureAsync(origin with { Encryption = HyperdriveEncryption.VerifyFull }));
        await new HyperdriveProbe().CheckAsync(origin, TestContext.Current.CancellationToken);

        // The worker hears it too.
        var wrong = origin with { Id = "wrong", Password = "wrong" };
        await using var client = await PostgresClient.OpenAsync(_pools, wrong);
        client.Writer.Begin(0).Int32(MessageType.Protocol3).Text("user").Text("x").Byte(0).End();
        Assert.Contains("Invalid database credentials", Assert.Single(await client.RepliesAsync()), StringComparison.Ordinal);

        static async Task<int> FailureAsync(HyperdriveOrigin origin) =>
            (await Assert.ThrowsAsync<HyperdriveException>(() => new HyperdriveProbe().CheckAsync(origin, TestContext.Current.CancellationToken).AsTask())).Code;
    }

    [Fact]
    public async Task Random_pipelines_are_answered_as_PostgreSQL_answers_them()
    {
        var origin = postgres.Origin(connections: 3);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async seed =>
        {
            Random random = new(seed);
            await using var client = await PostgresClient.ConnectAsync(_pools, origin);
            for (var round = 0; round < 60; round++)
            {
                List<string> expected = [];
                var failed = false;
                for (var step = random.Next(1, 6); step > 0; step--)
                {
                    var name = $"s{random.Next(3).ToString(CultureInfo.InvariantCulture)}_{random.Next(2).ToString(CultureInfo.InvariantCulture)}";
                    var value = random.Next(100).ToString(CultureInfo.InvariantCulture);
                    var fails = random.Next(6) == 0;
                    client.Parse(name, fails ? "SELECT nothing" : $"SELECT $1::text || '{name}'").Bind(name, value).Execute();
                    if (!failed && !fails) expected.AddRange(["1", "2", $"D:{value}{name}", "C"]);
                    else if (!failed) expected.Add("E");
                    failed |= fails;
                }

                var replies = await client.SyncAsync();
                Assert.Equal([.. expected, "Z:I"], replies.Select(reply => reply[0] == 'E' ? "E" : reply));
            }
        }));
    }
}

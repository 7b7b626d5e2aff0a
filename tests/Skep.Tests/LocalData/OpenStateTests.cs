using System.Text;
using Skep.Abstractions.D1;
using Skep.Abstractions.Kv;
using Skep.Abstractions.R2;
using Skep.Hosting;
using Skep.LocalData;
using Skep.Output;
using Skep.Supervision.Messages;
using Xunit;

namespace Skep.Tests.LocalData;

/// <summary>Data that a command reads and writes, whether a <c>skep dev</c> has it open or nobody.</summary>
public sealed class OpenStateTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // Deeper than the address of a Unix socket can say.
    private readonly string _parent = Directory.CreateTempSubdirectory("skep-state-").FullName;
    private readonly string _root;
    private readonly StringWriter _errors = new();
    private readonly Terminal _terminal;

    public OpenStateTests()
    {
        _root = Path.Combine(_parent, new string('a', 100), new string('b', 100));
        Directory.CreateDirectory(_root);
        _terminal = new Terminal(TextWriter.Null, TextWriter.Synchronized(_errors), new Style(colours: false), new Style(colours: false));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _terminal.DisposeAsync();
        Directory.Delete(_parent, recursive: true);
    }

    [Fact]
    public async Task What_a_command_writes_alone_the_server_reads_and_the_other_way_round()
    {
        await using (var alone = await OpenAsync(StateService.Kv)) await PutAsync(alone.Kv, "one", "1");
        await using (Serving server = new(_root, _terminal))
        {
            Assert.Equal("1", await GetAsync(server.State.Kv(_root), "one"));
            await using (var asked = await OpenAsync(StateService.Kv))
            {
                Assert.Equal("1", await GetAsync(asked.Kv, "one"));
                await PutAsync(asked.Kv, "two", "2");
            }

            Assert.Equal("2", await GetAsync(server.State.Kv(_root), "two"));
        }

        await using var again = await OpenAsync(StateService.Kv);
        Assert.Equal("2", await GetAsync(again.Kv, "two"));
    }

    [Fact]
    public async Task Sql_and_files_of_it_go_to_the_server_that_has_the_database_open()
    {
        await using Serving server = new(_root, _terminal);
        _ = server.State.D1(_root);
        await using var asked = await OpenAsync(StateService.D1);
        var sql = Encoding.UTF8.GetBytes("CREATE TABLE t(x);\n" + string.Concat(Enumerable.Range(0, 20_000).Select(i => $"INSERT INTO t VALUES ('{i:D100}');\n")));
        Assert.Equal(20_001, (await asked.D1Files.ImportAsync("shop", new MemoryStream(sql))).Queries);
        Assert.Equal("""[[20000]]""", await RawAsync(server.State.D1(_root), "SELECT count(*) FROM t"));
        Assert.Equal("""[[20000]]""", await RawAsync(asked.D1, "SELECT count(*) FROM t"));

        using MemoryStream exported = new();
        await asked.D1Files.ExportAsync("shop", new D1ExportOptions(false, false, []), exported);
        Assert.Equal(20_000, Encoding.UTF8.GetString(exported.ToArray()).Split('\n').Count(line => line.StartsWith("INSERT INTO", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_refusal_is_the_same_through_a_server()
    {
        await using Serving server = new(_root, _terminal);
        _ = server.State.D1(_root);
        await using var asked = await OpenAsync(StateService.D1);
        Assert.Contains("near \"SELEC\": syntax error", (await Assert.ThrowsAsync<D1Exception>(() => RawAsync(asked.D1, "SELEC"))).Message, StringComparison.Ordinal);
        var refused = await Assert.ThrowsAsync<D1Exception>(() => asked.D1Files.ExportAsync("shop", new D1ExportOptions(false, false, ["nope"]), Stream.Null).AsTask());
        Assert.Contains("There is no table \"nope\"", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Objects_flow_both_ways()
    {
        await using Serving server = new(_root, _terminal);
        _ = server.State.R2(_root);
        await using var asked = await OpenAsync(StateService.R2);
        var content = new byte[3 << 20];
        new Random(1).NextBytes(content);
        await asked.R2.PutAsync("files", new R2Put { Key = "big" }, new R2Body(default, new MemoryStream(content), content.Length), Cancellation);
        await using var found = await asked.R2.GetAsync("files", new R2Get("big"), Cancellation);
        using MemoryStream read = new();
        await found!.Content!.CopyToAsync(read, Cancellation);
        Assert.Equal(content, read.ToArray());
    }

    [Fact]
    public async Task A_server_that_starts_waits_for_a_command()
    {
        var command = await OpenAsync(StateService.Kv);
        await PutAsync(command.Kv, "key", "value");
        Serving? server = null;
        var opening = Task.Run(() =>
        {
            server = new Serving(_root, _terminal);
            return server.State.Kv(_root);
        });
        await command.DisposeAsync();
        Assert.Equal("value", await GetAsync(await opening, "key"));
        await server!.DisposeAsync();
        Assert.Empty(_errors.ToString());
    }

    [Fact]
    public async Task A_second_server_says_whom_commands_reach()
    {
        await using (Serving first = new(_root, _terminal))
        {
            _ = first.State.Kv(_root);
            await using Serving second = new(_root, _terminal);
            _ = second.State.Kv(_root);
        }

        await _terminal.FlushAsync();
        Assert.Contains($"Process {Environment.ProcessId} has the data of {_root} open, too.", _errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_left_of_a_server_that_was_killed_stands_in_nobodys_way()
    {
        var folder = StateFolders.Of(_root);
        File.WriteAllText(Path.Combine(folder, "server.pid"), "1");
        File.WriteAllText(Path.Combine(folder, "server.lock"), "");
        File.WriteAllText(Path.Combine(folder, StateEndpoint.SocketName), "");
        await using (var alone = await OpenAsync(StateService.Kv)) await PutAsync(alone.Kv, "key", "value");
        await using Serving server = new(_root, _terminal);
        _ = server.State.Kv(_root);
        await using var asked = await OpenAsync(StateService.Kv);
        Assert.Equal("value", await GetAsync(asked.Kv, "key"));
    }

    [Fact]
    public async Task Who_has_the_data_open_and_does_not_answer_is_named()
    {
        using var other = ServerMark.Set(StateFolders.Of(_root));
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => OpenState.OpenAsync(_root, StateService.Kv, TimeSpan.Zero, Cancellation));
        Assert.Contains($"Process {Environment.ProcessId} has the data in {StateFolders.Of(_root)} open", refused.Message, StringComparison.Ordinal);
    }

    private Task<OpenState> OpenAsync(StateService service) => OpenState.OpenAsync(_root, service, Patience, Cancellation);

    private static async Task PutAsync(IKvStore kv, string key, string value) => await kv.WriteAsync("names", [new KvWrite(key, Encoding.UTF8.GetBytes(value))]);

    private static async Task<string?> GetAsync(IKvStore kv, string key)
    {
        using var found = await kv.GetAsync("names", key, Cancellation);
        return found is null ? null : Encoding.UTF8.GetString(found.Value.Span);
    }

    private static async Task<string> RawAsync(ID1Store d1, string sql)
    {
        using D1QueryWriter queries = new(D1Shape.Raw);
        queries.Query(sql, 0);
        using var answer = await d1.QueryAsync("shop", queries.Written, Cancellation);
        return Encoding.UTF8.GetString(answer.Json.Span);
    }

    /// <summary>What a <c>skep dev</c> has open.</summary>
    private sealed class Serving : IAsyncDisposable
    {
        private readonly StateEndpoints _endpoints;
        private readonly IDisposable _answering;

        public Serving(string root, Terminal terminal)
        {
            _endpoints = new StateEndpoints(terminal);
            State = new StateFolders(failure => Assert.Fail(failure.ToString()), _endpoints.Open);
            _answering = _endpoints.Serve(State);
            _ = State.Kv(root);
        }

        public StateFolders State { get; }

        public async ValueTask DisposeAsync()
        {
            _answering.Dispose();
            await State.DisposeAsync();
            _endpoints.Dispose();
        }
    }
}

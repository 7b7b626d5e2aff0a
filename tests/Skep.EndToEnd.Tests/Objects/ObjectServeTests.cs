using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using Skep.EndToEnd.Tests.Supervision;

namespace Skep.EndToEnd.Tests.Objects;

/// <summary>Durable Objects in <c>skep serve</c> with two worker processes, deployed by wrangler.</summary>
public sealed class ObjectServeTests : IDisposable
{
    private const int Clients = 16;

    private readonly TemporaryProject _data = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Increments_through_both_processes_are_linearizable()
    {
        await using var server = await StartAsync();
        using ObjectWorker worker = new(server.Process.Output);
        await worker.DeployAsync("one");
        var clients = Enumerable.Range(0, Clients).Select(_ => new CounterClient(server.Process.Port)).ToList();

        await Task.WhenAll(clients.Select(client => client.RunAsync("hot", 60, Cancellation)));
        var isolates = await Task.WhenAll(clients.Select(async client => (await client.GetAsync("/here", Cancellation)).Text));

        // A busy process may have several.
        Assert.InRange(isolates.Distinct().Count(), 2, Clients);
        Assert.All(clients, client => Assert.Empty(client.Failures));
        AssertLinearizable([.. clients.SelectMany(client => client.Acknowledged)]);
    }

    [Fact]
    public async Task Bodies_streams_and_callbacks_go_between_processes()
    {
        await using var server = await StartAsync();
        using ObjectWorker worker = new(server.Process.Output);
        await worker.DeployAsync("one");
        using HttpClient http = new();
        var body = new byte[2_000_000];
        Random.Shared.NextBytes(body);

        // Each on a connection of its own, so that some arrive where the object is not.
        for (var i = 0; i < 8; i++)
        {
            using CounterClient client = new(server.Process.Port);
            using HttpRequestMessage echo = new(HttpMethod.Post, $"http://127.0.0.1:{server.Process.Port}/echo/one") { Content = new ByteArrayContent(body) };
            echo.Headers.Host = "rooms.localhost";
            echo.Headers.ConnectionClose = true;
            using var echoed = await http.SendAsync(echo, Cancellation);
            Assert.Equal(body, await echoed.Content.ReadAsByteArrayAsync(Cancellation));
            Assert.Equal(500_000, (await client.GetAsync("/chunks/one/500", Cancellation)).Text.Length);
            Assert.Equal("90", (await client.GetAsync("/callback/one/10", Cancellation)).Text);
            Assert.Equal("true, worker greets object, object greets worker", (await client.GetAsync($"/stubs/one/other{i}", Cancellation)).Text);
        }
    }

    [Fact]
    public async Task A_chat_room_has_clients_of_both_processes()
    {
        await using var server = await StartAsync();
        using ObjectWorker worker = new(server.Process.Output);
        await worker.DeployAsync("one");
        var sockets = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => ConnectAsync(server.Process.Port, "/chat/lobby")));

        await sockets[0].SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, Cancellation);

        Assert.All(await Task.WhenAll(sockets.Select(ReceiveAsync)), text => Assert.Equal("hello", text));
        await Task.WhenAll(sockets.Select(socket => socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancellation)));
        foreach (var socket in sockets) socket.Dispose();
    }

    [Fact]
    public async Task What_was_acknowledged_is_there_after_worker_processes_were_killed()
    {
        await using var server = await StartAsync();
        using ObjectWorker worker = new(server.Process.Output);
        await worker.DeployAsync("one");
        var stopped = false;
        var clients = Enumerable.Range(0, Clients).Select(i => (Name: $"c{i % 4}", Client: new CounterClient(server.Process.Port))).ToList();
        var running = clients.Select(each => each.Client.RunAsync(each.Name, () => Volatile.Read(ref stopped), Cancellation)).ToList();

        for (var round = 0; round < 6; round++)
        {
            await ProgressAsync(clients.Select(each => each.Client));
            var serving = await server.ServingAsync(2 + round);
            ServerProcess.Signal(serving[0], SupervisedServer.SigKill);
            await server.ServingAsync(3 + round);
        }

        await ProgressAsync(clients.Select(each => each.Client));
        Volatile.Write(ref stopped, true);
        await Task.WhenAll(running);
        using CounterClient reader = new(server.Process.Port);
        foreach (var counter in clients.GroupBy(each => each.Name))
        {
            var acknowledged = counter.SelectMany(each => each.Client.Acknowledged).ToList();
            AssertLinearizable(acknowledged, allowGaps: true);
            Assert.True(await ValueAsync(reader, counter.Key) >= acknowledged.Max(each => each.Value));
        }
    }

    [Fact]
    public async Task What_was_acknowledged_is_there_and_alarms_fire_after_the_supervisor_was_killed()
    {
        await using var server = await StartAsync();
        using ObjectWorker worker = new(server.Process.Output);
        await worker.DeployAsync("one");
        using CounterClient client = new(server.Process.Port);
        await client.RunAsync("kept", 20, Cancellation);
        for (var i = 0; i < 10; i++) Assert.Equal("armed", (await client.GetAsync($"/arm/a{i}/1500", Cancellation)).Text);
        var token = server.Token;
        await server.Process.CrashAlone(Cancellation);

        await using var next = await SupervisedServer.StartAsync(Path.Combine(_data.Folder, "data"), token);
        using CounterClient reader = new(next.Process.Port);

        Assert.Equal(20, await ValueAsync(reader, "kept"));
        for (var i = 0; i < 10; i++)
        {
            while ((await reader.GetAsync($"/fired/a{i}", Cancellation)).Text == "0") await Task.Delay(20, Cancellation);
        }
    }

    [Fact]
    public async Task All_processes_are_replaced_without_an_error_for_objects()
    {
        await using var server = await StartAsync();
        using ObjectWorker worker = new(server.Process.Output);
        await worker.DeployAsync("one");
        var stopped = false;
        var clients = Enumerable.Range(0, 8).Select(i => (Name: $"c{i % 4}", Client: new CounterClient(server.Process.Port))).ToList();
        var running = clients.Select(each => each.Client.RunAsync(each.Name, () => Volatile.Read(ref stopped), Cancellation)).ToList();
        await ProgressAsync(clients.Select(each => each.Client));

        ServerProcess.Signal(server.Process.Id, SupervisedServer.SigHup);
        await server.Process.Printed("all worker processes replaced", Cancellation);

        await ProgressAsync(clients.Select(each => each.Client));
        Volatile.Write(ref stopped, true);
        await Task.WhenAll(running);
        Assert.All(clients, each => Assert.Empty(each.Client.Failures));
        foreach (var counter in clients.GroupBy(each => each.Name)) AssertLinearizable([.. counter.SelectMany(each => each.Client.Acknowledged)]);
    }

    [Fact]
    public async Task A_deployment_restarts_objects_with_the_new_code_without_losing_a_call()
    {
        await using var server = await StartAsync();
        using ObjectWorker worker = new(server.Process.Output);
        await worker.DeployAsync("one");
        var stopped = false;
        var clients = Enumerable.Range(0, 8).Select(i => (Name: $"c{i % 4}", Client: new CounterClient(server.Process.Port))).ToList();
        var running = clients.Select(each => each.Client.RunAsync(each.Name, () => Volatile.Read(ref stopped), Cancellation)).ToList();
        await ProgressAsync(clients.Select(each => each.Client));

        await worker.DeployAsync("two");

        // An object goes over to the new code when it has answered what it was doing.
        while (clients.Any(each => each.Client.Acknowledged[^1].Version != "two")) await Task.Delay(10, Cancellation);
        await ProgressAsync(clients.Select(each => each.Client));
        Volatile.Write(ref stopped, true);
        await Task.WhenAll(running);
        Assert.All(clients, each => Assert.Empty(each.Client.Failures));
        foreach (var counter in clients.GroupBy(each => each.Name))
        {
            var counted = counter.SelectMany(each => each.Client.Acknowledged).OrderBy(each => each.Value).ToList();
            AssertLinearizable(counted);
            // First the old code, then the new, and never the old again.
            Assert.Equal(["one", "two"], counted.Select(each => each.Version).Distinct());
            Assert.Equal(counted.Select(each => each.Version).Order(StringComparer.Ordinal), counted.Select(each => each.Version));
        }
    }

    private static void AssertLinearizable(List<CounterClient.Increment> increments, bool allowGaps = false)
    {
        var ordered = increments.OrderBy(each => each.Value).ToList();
        Assert.Equal(ordered.Count, ordered.DistinctBy(each => each.Value).Count());
        if (!allowGaps) Assert.Equal(Enumerable.Range(1, ordered.Count).Select(i => (long)i), ordered.Select(each => each.Value));
        // What had been answered when another began, came before it.
        var latestStart = long.MinValue;
        foreach (var each in ordered)
        {
            Assert.True(each.To >= latestStart, $"{each.Value} was answered before something began that came earlier.");
            latestStart = Math.Max(latestStart, each.From);
        }
    }

    private static async Task<long> ValueAsync(CounterClient client, string name)
    {
        var (status, text) = await client.GetAsync($"/value/{name}", Cancellation);
        Assert.Equal((HttpStatusCode.OK, text), (status, text));
        return long.Parse(text, CultureInfo.InvariantCulture);
    }

    /// <summary>Ends when every client has counted ten times more.</summary>
    private static async Task ProgressAsync(IEnumerable<CounterClient> clients)
    {
        var goals = clients.Select(client => (Client: client, Goal: client.Acknowledged.Count + 10)).ToList();
        while (goals.Any(each => each.Client.Acknowledged.Count < each.Goal)) await Task.Delay(10, Cancellation);
    }

    private static async Task<ClientWebSocket> ConnectAsync(int port, string path)
    {
        ClientWebSocket socket = new();
        socket.Options.SetRequestHeader("Host", "rooms.localhost");
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{port}{path}"), Cancellation);
        return socket;
    }

    private static async Task<string> ReceiveAsync(ClientWebSocket socket)
    {
        var buffer = new byte[100];
        var received = await socket.ReceiveAsync(buffer, Cancellation);
        return Encoding.UTF8.GetString(buffer, 0, received.Count);
    }

    private async Task<SupervisedServer> StartAsync() => await SupervisedServer.StartAsync(Path.Combine(_data.Folder, "data"));
}

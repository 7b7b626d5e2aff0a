using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Skep.EndToEnd.Tests.Supervision;

namespace Skep.EndToEnd.Tests.Objects;

/// <summary>64 clients use one counter and one bank through two worker processes, on the disk, while objects are reset, moved to other processes
/// and lost with theirs at random moments. What the clients were told must be what one after the other could have been told.</summary>
public sealed partial class ObjectHistoryTests : IDisposable
{
    private const int Clients = 64;
    private const int Evictions = 24;

    private const string Code =
        """
        import { DurableObject } from "cloudflare:workers";

        export class Counter extends DurableObject {
          async increment() {
            const seq = (await this.ctx.storage.get("seq") ?? 0) + 1;
            await this.ctx.storage.put("seq", seq);
            return { seq };
          }
          async read() { return { seq: await this.ctx.storage.get("seq") ?? 0 } }
          reset() { this.ctx.abort("reset by the test") }
        }

        export class Bank extends DurableObject {
          constructor(ctx, env) {
            super(ctx, env);
            ctx.blockConcurrencyWhile(async () => {
              if (await ctx.storage.get("seq") !== undefined) return;
              await ctx.storage.put({ seq: 0, ...Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`account${i}`, 100])) });
            });
          }
          async state(storage) {
            return { seq: await storage.get("seq"), balances: [...(await storage.list({ prefix: "account" })).values()] };
          }
          async transfer(from, to, amount, fail) {
            return await this.ctx.storage.transaction(async (txn) => {
              const { seq, balances } = await this.state(txn);
              if (balances[from] < amount) return { seq, balances };
              await txn.put(`account${from}`, balances[from] - amount);
              await scheduler.wait(0);
              if (fail) throw new RangeError("changed my mind");
              await txn.put(`account${to}`, await txn.get(`account${to}`) + amount);
              await txn.put("seq", seq + 1);
              return { moved: true, ...await this.state(txn) };
            });
          }
          async read() { return await this.state(this.ctx.storage) }
          reset() { this.ctx.abort("reset by the test") }
        }

        export default {
          async fetch(request, env) {
            const [kind, method, ...args] = new URL(request.url).pathname.slice(1).split("/");
            try {
              return Response.json(await env[kind].getByName("hot")[method](...args.map(Number)));
            } catch (error) {
              return new Response(error.message, { status: error instanceof RangeError ? 409 : 503 });
            }
          },
        };
        """;

    private readonly TemporaryProject _data = new();
    private long _answers;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task A_counter_counts_each_increment_once()
    {
        await using var server = await StartAsync();
        var told = await WithEvictionsAsync(server, "COUNTER", _ => "increment", isChange: _ => true);
        var last = await ReadAsync(server, "COUNTER");

        Assert.Equal(told.Count, told.DistinctBy(each => each.State.Seq).Count());
        AssertInOrder(told);
        Assert.True(last.Seq >= told.Max(each => each.State.Seq));
    }

    [Fact]
    public async Task Transfers_happen_as_a_whole_or_not_at_all()
    {
        await using var server = await StartAsync();
        var told = await WithEvictionsAsync(
            server,
            "BANK",
            random =>
            {
                var from = random.Next(8);
                return random.Next(4) == 0 ? "read" : $"transfer/{from}/{(from + 1 + random.Next(7)) % 8}/{random.Next(60)}/{(random.Next(4) == 0 ? 1 : 0)}";
            },
            isChange: state => state.Moved);
        var last = await ReadAsync(server, "BANK");

        AssertInOrder(told);
        var states = told.Select(each => each.State).Append(last).GroupBy(state => state.Seq).ToDictionary(group => group.Key, group => group.Select(state => string.Join(',', state.Balances!)).Distinct().ToList());
        // After each transfer there is one state of the bank, whoever saw it: no money comes or goes, and none is owed.
        Assert.All(states.Values, state => Assert.Single(state));
        Assert.All(states.Values, state => Assert.Equal((800, 8), (Numbers(state[0]).Sum(), Numbers(state[0]).Count(balance => balance >= 0))));
        // One transfer leads from each state to the next.
        var moves = told.Where(each => each.State.Moved).ToList();
        Assert.Equal(moves.Count, moves.DistinctBy(each => each.State.Seq).Count());
        foreach (var (path, state) in moves.Select(each => (each.Path, each.State)).Where(each => states.ContainsKey(each.State.Seq - 1)))
        {
            var expected = Numbers(states[state.Seq - 1][0]);
            var parts = path.Split('/').Skip(1).Select(part => int.Parse(part, CultureInfo.InvariantCulture)).ToList();
            expected[parts[0]] -= parts[2];
            expected[parts[1]] += parts[2];
            Assert.Equal(expected, state.Balances!);
        }

        Assert.True(moves.Count > Clients && moves.Count(move => states.ContainsKey(move.State.Seq - 1)) > moves.Count / 2, "There is too little to look at.");
    }

    private static List<int> Numbers(string balances) => [.. balances.Split(',').Select(balance => int.Parse(balance, CultureInfo.InvariantCulture))];

    // What had been answered when another call began, that call has seen; and it comes later if it changes something.
    private static void AssertInOrder(List<Told> told)
    {
        var answered = told.OrderBy(each => each.Ended).ToList();
        var seen = 0L;
        var next = 0;
        foreach (var each in told.OrderBy(each => each.Began))
        {
            for (; next < answered.Count && answered[next].Ended < each.Began; next++) seen = Math.Max(seen, answered[next].State.Seq);
            Assert.True(each.IsChange ? each.State.Seq > seen : each.State.Seq >= seen, $"{each.Path} was told {each.State.Seq}, although {seen} had been answered before it began.");
        }
    }

    private async Task<SupervisedServer> StartAsync()
    {
        var server = await SupervisedServer.StartAsync(Path.Combine(_data.Folder, "data"));
        using var uploaded = await server.UploadAsync(
            "objects",
            Code,
            """[{ "type": "durable_object_namespace", "name": "COUNTER", "class_name": "Counter" }, { "type": "durable_object_namespace", "name": "BANK", "class_name": "Bank" }]""",
            """ "migrations": { "new_tag": "v1", "steps": [{ "new_sqlite_classes": ["Counter", "Bank"] }] } """);
        Assert.True(uploaded.IsSuccessStatusCode, await uploaded.Content.ReadAsStringAsync(Cancellation));
        await server.EnableAsync("objects");
        return server;
    }

    /// <summary>Has all clients call until there were enough evictions; returns what they were told.</summary>
    private async Task<List<Told>> WithEvictionsAsync(SupervisedServer server, string kind, Func<Random, string> call, Func<State, bool> isChange)
    {
        using CancellationTokenSource over = new();
        var clients = Enumerable.Range(0, Clients).Select(number => Task.Run(() => CallAsync(server, kind, call, isChange, new Random(number), over.Token), Cancellation)).ToArray();
        using HttpClient http = new();
        Random random = new(Clients);
        var (moves, kills) = (0, 0);
        for (var i = 0; i < Evictions; i++)
        {
            var until = Interlocked.Read(ref _answers) + random.Next(20, 200);
            while (Interlocked.Read(ref _answers) < until) await Task.WhenAny([.. clients, Task.Delay(1, Cancellation)]);
            switch (i % 8)
            {
                case 3:
                    // Each process ends in good order, and hands its objects over.
                    ServerProcess.Signal(server.Process.Id, SupervisedServer.SigHup);
                    await server.Process.Printed(Replaced(), ++moves, Cancellation);
                    break;
                case 6:
                    var serving = await server.ServingAsync(2 + (2 * moves) + kills);
                    ServerProcess.Signal(serving[random.Next(serving.Count)], SupervisedServer.SigKill);
                    await server.ServingAsync(2 + (2 * moves) + ++kills);
                    break;
                default:
                    (await SendAsync(http, server, $"{kind}/reset")).Dispose();
                    break;
            }
        }

        await over.CancelAsync();
        return [.. (await Task.WhenAll(clients)).SelectMany(told => told)];
    }

    private async Task<List<Told>> CallAsync(SupervisedServer server, string kind, Func<Random, string> call, Func<State, bool> isChange, Random random, CancellationToken over)
    {
        // A connection of its own: half of the clients come to each process.
        using SocketsHttpHandler handler = new() { MaxConnectionsPerServer = 1 };
        using HttpClient http = new(handler);
        List<Told> told = [];
        while (!over.IsCancellationRequested)
        {
            var path = call(random);
            var began = TimeProvider.System.GetTimestamp();
            try
            {
                using var response = await SendAsync(http, server, $"{kind}/{path}");
                var ended = TimeProvider.System.GetTimestamp();
                var text = await response.Content.ReadAsStringAsync(Cancellation);
                // Of what fails nobody knows whether it was done.
                if (!response.IsSuccessStatusCode) continue;
                var state = JsonSerializer.Deserialize<State>(text, JsonSerializerOptions.Web)!;
                told.Add(new Told(path, began, ended, state, isChange(state)));
                Interlocked.Increment(ref _answers);
            }
            catch (HttpRequestException)
            {
                // The process is gone that had it.
            }
        }

        return told;
    }

    private static async Task<State> ReadAsync(SupervisedServer server, string kind)
    {
        using HttpClient http = new();
        for (;;)
        {
            using var response = await SendAsync(http, server, $"{kind}/read");
            if (response.IsSuccessStatusCode) return JsonSerializer.Deserialize<State>(await response.Content.ReadAsStringAsync(Cancellation), JsonSerializerOptions.Web)!;
        }
    }

    // With a body, so that the client does not send it again of its own accord.
    private static async Task<HttpResponseMessage> SendAsync(HttpClient http, SupervisedServer server, string path)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, $"http://127.0.0.1:{server.Process.Port}/{path}") { Content = new StringContent(path) };
        request.Headers.Host = "objects.localhost";
        return await http.SendAsync(request, Cancellation);
    }

    [GeneratedRegex("all worker processes replaced", RegexOptions.None, 1000)]
    private static partial Regex Replaced();

    /// <summary>What an object said of itself.</summary>
    private sealed record State(long Seq, int[]? Balances, bool Moved);

    /// <summary>An answer, with the moments of its request and of its arrival.</summary>
    private sealed record Told(string Path, long Began, long Ended, State State, bool IsChange);
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Skep.Runtime.Objects;

namespace Skep.Runtime.Tests.Objects;

/// <summary>64 clients use one object while it is evicted and reset at random moments, and the disk takes its time: what they are told
/// must be what one client after the other could have been told.</summary>
public sealed class LinearizabilityTests
{
    private const int Clients = 64;
    private const int CallsOfEach = 40;

    [Fact]
    public async Task A_counter_counts_each_increment_once()
    {
        await using var world = await ObjectWorld.StartAsync(
            """
            async increment() { const next = (await this.ctx.storage.get('count') ?? 0) + 1; await this.ctx.storage.put('count', next); return next }
            reset() { this.ctx.abort('reset by the test') }
            async read() { return await this.ctx.storage.get('count') ?? 0 }
            """,
            """
            const method = new URL(request.url).pathname.slice(1);
            try { return new Response(await env.THINGS.getByName('x')[method]()) } catch (error) { return new Response(error.message, { status: error.durableObjectReset ? 503 : 500 }) }
            """);
        SlowDisk(world);
        ConcurrentBag<(long Began, long Ended, int Value)> history = [];
        var unknown = 0;
        await WithTurmoilAsync(world, Clients, async () =>
        {
            var began = Stopwatch.GetTimestamp();
            var response = await world.Worker.GetAsync("/increment");
            var ended = Stopwatch.GetTimestamp();
            if (response.Status == 200) history.Add((began, ended, int.Parse(response.Text, CultureInfo.InvariantCulture)));
            else if (response.Status == 503) Interlocked.Increment(ref unknown);
            else Assert.Fail($"{response.Status} {response.Text}");
        });

        var inOrder = history.OrderBy(each => each.Value).ToList();
        Assert.Equal(inOrder.Count, inOrder.Select(each => each.Value).Distinct().Count());
        // Whoever began after another was answered got a higher number.
        var latestBegin = long.MinValue;
        foreach (var (began, ended, value) in inOrder)
        {
            Assert.True(ended > latestBegin, $"{value} was answered before an increment with a lower number began.");
            latestBegin = Math.Max(latestBegin, began);
        }

        // What nobody was told may have happened or not.
        var last = int.Parse((await world.Worker.GetAsync("/read")).Text, CultureInfo.InvariantCulture);
        Assert.InRange(last, inOrder.Count, inOrder.Count + unknown);
        Assert.True(last >= inOrder[^1].Value);
        Assert.True(unknown < Clients * CallsOfEach / 2, "The turmoil left too little to look at.");
    }

    [Fact]
    public async Task Transfers_happen_as_a_whole_or_not_at_all()
    {
        await using var world = await ObjectWorld.StartAsync(
            """
            constructor(ctx, env) {
              super(ctx, env);
              ctx.blockConcurrencyWhile(async () => {
                if (await ctx.storage.get('account0') === undefined) for (let i = 0; i < 8; i++) await ctx.storage.put(`account${i}`, 100);
              });
            }
            async transfer(from, to, amount, fail) {
              return await this.ctx.storage.transaction(async (txn) => {
                const balance = await txn.get(`account${from}`);
                if (balance < amount) return 'short';
                await txn.put(`account${from}`, balance - amount);
                await scheduler.wait(0);
                if (fail) throw new RangeError('changed my mind');
                await txn.put(`account${to}`, (await txn.get(`account${to}`)) + amount);
                return 'done';
              });
            }
            reset() { this.ctx.abort('reset by the test') }
            async audit() { return JSON.stringify([...(await this.ctx.storage.list({ prefix: 'account' })).values()]) }
            """,
            """
            const [method, ...args] = new URL(request.url).pathname.slice(1).split('/');
            try { return new Response(await env.THINGS.getByName('x')[method](...args.map(Number))) }
            catch (error) { return new Response(error.message, { status: error.durableObjectReset ? 503 : error instanceof RangeError ? 409 : 500 }) }
            """);
        SlowDisk(world);
        ConcurrentDictionary<string, int> answers = new();
        await WithTurmoilAsync(world, Clients, async () =>
        {
            var random = Random.Shared;
            var from = random.Next(8);
            var path = random.Next(4) == 0 ? "/audit" : $"/transfer/{from}/{(from + 1 + random.Next(7)) % 8}/{random.Next(60)}/{(random.Next(4) == 0 ? 1 : 0)}";
            var response = await world.Worker.GetAsync(path);
            answers.AddOrUpdate(response.Status == 200 && path != "/audit" ? response.Text : $"{response.Status}", 1, (_, count) => count + 1);
            Assert.True(response.Status is 200 or 409 or 503, $"{response.Status} {response.Text}");
            if (path == "/audit" && response.Status == 200) CheckBalances(response.Text);
        });
        CheckBalances((await world.Worker.GetAsync("/audit")).Text);
        Assert.All(["done", "short", "409", "200"], kind => Assert.True(answers.GetValueOrDefault(kind) > 0, $"No transfer ended with {kind}."));
    }

    private static void CheckBalances(string text)
    {
        var balances = System.Text.Json.JsonSerializer.Deserialize<int[]>(text)!;
        Assert.Equal((8, 800), (balances.Length, balances.Sum()));
        Assert.All(balances, balance => Assert.True(balance >= 0, text));
    }

    private static void SlowDisk(ObjectWorld world) =>
        world.Store.Durability = static () => Random.Shared.Next(3) == 0 ? Task.CompletedTask : Task.Delay(Random.Shared.Next(2));

    /// <summary>Many clients at once, and beside them evictions and resets.</summary>
    private static async Task WithTurmoilAsync(ObjectWorld world, int clients, Func<Task> call)
    {
        using CancellationTokenSource over = new();
        var turmoil = Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
            {
                await Task.Delay(Random.Shared.Next(5));
                if (Random.Shared.Next(3) == 0) await world.Worker.GetAsync("/reset");
                else if (Random.Shared.Next(2) == 0) world.Find("x")?.Instance?.Evict();
                else if (world.Find("x")?.Instance is { } instance) await instance.CloseAsync(ObjectErrors.Moved);
            }
        });
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < CallsOfEach; i++) await call();
        })));
        await over.CancelAsync();
        await turmoil;
    }
}

using Skep.Abstractions.Workers;
using Skep.Testing;

namespace Skep.Runtime.Tests.Fetch;

/// <summary>How much of the internet one request may use.</summary>
public sealed class SubrequestLimitTests
{
    private static readonly WorkerLimits Three = WorkerLimits.Default with { Subrequests = 3 };

    [Fact]
    public async Task The_one_too_many_fails_and_says_why()
    {
        FakeChannel channel = new((_, _) => Task.FromResult(new FakeResponse("ok")));
        await using var worker = await TestWorker.HandlingAsync(
            """
            const said = [];
            for (let i = 0; i < 4; i++) await fetch('http://origin/').then((r) => r.text()).then((t) => said.push(t), (e) => said.push(e.message));
            return Response.json(said);
            """,
            Three,
            channel: channel);
        var response = await worker.GetAsync();
        Assert.StartsWith("""200 ["ok","ok","ok","Too many subrequests by single Worker invocation.""", response.ToString(), StringComparison.Ordinal);
        Assert.Equal(3, response.Summary.Subrequests);
        Assert.Equal(3, channel.Sent.Count);
    }

    [Fact]
    public async Task Each_redirect_hop_counts()
    {
        FakeChannel channel = new((request, _) => Task.FromResult(new FakeResponse("ok") { Requests = 3 }));
        await using var worker = await TestWorker.HandlingAsync(
            "const first = await fetch('http://origin/'); return Response.json([first.redirected, await fetch('http://origin/').catch((e) => e.message.slice(0, 20))])",
            Three,
            channel: channel);
        Assert.Equal("""200 [true,"Too many subrequests"]""", (await worker.GetAsync()).ToString());
        Assert.Equal(3, Assert.Single(channel.Sent).MaxRequests);
    }

    [Fact]
    public async Task Each_request_has_its_own_count()
    {
        FakeChannel channel = new((_, _) => Task.FromResult(new FakeResponse("ok")));
        await using var worker = await TestWorker.HandlingAsync("for (let i = 0; i < 3; i++) await fetch('http://origin/'); return new Response('fine')", Three, channel: channel);
        Assert.Equal("200 fine", (await worker.GetAsync()).ToString());
        Assert.Equal("200 fine", (await worker.GetAsync()).ToString());
    }

    [Fact]
    public async Task Six_wait_for_their_answers_at_once_and_the_others_for_them()
    {
        TaskCompletionSource six = new(), go = new();
        var asked = 0;
        FakeChannel channel = new(async (_, _) =>
        {
            if (Interlocked.Increment(ref asked) == 6) six.SetResult();
            await go.Task;
            return new FakeResponse("x");
        });
        await using var worker = await TestWorker.HandlingAsync(
            "const all = await Promise.all(Array.from({ length: 20 }, async (_, i) => (await fetch('http://origin/' + i)).text())); return new Response(all.join(''))",
            channel: channel);
        var response = worker.GetAsync();
        await six.Task.WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken);
        Assert.Equal(6, channel.Sent.Count);
        go.SetResult();
        Assert.Equal("200 " + new string('x', 20), (await response).ToString());
        Assert.Equal(6, channel.MostWaiting);
    }

    [Fact]
    public async Task Two_requests_do_not_wait_for_each_other()
    {
        TaskCompletionSource twelve = new();
        var asked = 0;
        FakeChannel channel = new(async (_, _) =>
        {
            if (Interlocked.Increment(ref asked) == 12) twelve.SetResult();
            await twelve.Task;
            return new FakeResponse("x");
        });
        await using var worker = await TestWorker.HandlingAsync("await Promise.all(Array.from({ length: 6 }, () => fetch('http://origin/'))); return new Response('fine')", channel: channel);
        var both = await Task.WhenAll(worker.GetAsync(), worker.GetAsync());
        Assert.All(both, response => Assert.Equal("200 fine", response.ToString()));
        Assert.Equal(12, channel.MostWaiting);
    }

    [Fact]
    public async Task What_a_request_leaves_open_is_closed_with_it()
    {
        FakeResponse answer = new(Stream.Null);
        FakeChannel channel = new((_, _) => Task.FromResult(answer));
        var worker = await TestWorker.HandlingAsync("await fetch('http://origin/'); return new Response('fine')", channel: channel);
        Assert.Equal("200 fine", (await worker.GetAsync()).ToString());
        await worker.DisposeAsync();
        Assert.True(answer.IsDisposed);
    }
}

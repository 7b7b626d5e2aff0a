using Skep.Testing;

namespace Skep.Runtime.Tests.Isolates;

/// <summary>Who goes on with an isolate whose queue does not end.</summary>
public sealed class SliceTests
{
    // More than any thread gets done in one slice.
    private const int Many = 1000;

    [Fact]
    public async Task A_thread_without_connections_leaves_it_to_the_place_that_queued_for_it()
    {
        await using var worker = await FineAsync();
        FakePlace place = new();
        using HeldTurn held = new();
        var first = held.Begin(worker);
        await held.Entered;
        var requests = Requests();
        await place.Serve(() =>
        {
            SendAll(requests, worker);
            held.Release();
            place.DoOne();
            // Its own slice was not enough for them either: it looks at its connections, and goes on.
            Assert.Same(place, worker.Isolates[0].LeftTo);
            DoAll(place, worker);
        });
        await AssertFineAsync(requests);
        Assert.Equal("200 fine", (await first).ToString());
    }

    [Fact]
    public async Task A_thread_that_was_overtaken_leaves_it_to_the_one_that_took_its_place()
    {
        await using var worker = await FineAsync();
        FakePlace place = new();
        using HeldTurn held = new();
        var overtaken = place.Serve(() => worker.Worker.Fetch(held.Request()));
        await held.Entered;
        place.Overtake();
        var requests = Requests();
        await place.Serve(() =>
        {
            SendAll(requests, worker);
            held.Release();
            place.DoOne();
            DoAll(place, worker);
        });
        await overtaken;
        await AssertFineAsync(requests);
    }

    [Fact]
    public async Task It_goes_to_another_place_once_only_that_one_queues_for_it()
    {
        await using var worker = await FineAsync();
        FakePlace first = new();
        FakePlace second = new();
        using HeldTurn held = new();
        _ = held.Begin(worker);
        await held.Entered;
        var requests = Requests();
        var more = Requests();
        await first.Serve(() =>
        {
            SendAll(requests, worker);
            held.Release();
            SpinWait.SpinUntil(() => first.Brought == 1);
            first.DoOne();
            Assert.Same(first, worker.Isolates[0].LeftTo);
            second.Serve(() => SendAll(more, worker)).GetAwaiter().GetResult();
            first.DoOne();
        });
        Assert.Equal(0, first.Brought);
        Assert.Same(second, worker.Isolates[0].LeftTo);
        await second.Serve(() => DoAll(second, worker));
        await AssertFineAsync(requests.Concat(more));
    }

    private static void SendAll(List<TestRequest> requests, TestWorker worker)
    {
        foreach (var each in requests) worker.Worker.Fetch(each);
    }

    private static async Task AssertFineAsync(IEnumerable<TestRequest> requests) =>
        Assert.All(await Task.WhenAll(requests.Select(each => each.Response)), response => Assert.Equal("200 fine", response.ToString()));

    // Whose thread does it is back when the isolate is free, or left to it again.
    private static void DoAll(FakePlace place, TestWorker worker)
    {
        while (worker.Isolates[0].LeftTo == place) place.DoOne();
    }

    private static Task<TestWorker> FineAsync() =>
        TestWorker.HandlingAsync("request.headers.get('x'); return new Response('fine')", runtime: TestRuntime.OneIsolate);

    private static List<TestRequest> Requests() => [.. Enumerable.Range(0, Many).Select(_ => new TestRequest())];
}

using System.Globalization;
using Skep.Testing;

namespace Skep.Runtime.Tests.Isolates;

/// <summary>The clock that workers see: it stands still while their code runs, and moves when something arrives from outside.</summary>
public sealed class ClockTests
{
    [Fact]
    public async Task Stands_still_in_a_turn_and_has_moved_on_in_the_next()
    {
        await using var runtime = TestRuntime.New(with: options => options with { IsolatesPerWorker = 1 });
        await using var worker = await TestWorker.HandlingAsync(
            "const begun = Date.now(); request.headers.get('x'); return new Response(`${begun} ${Date.now()} ${performance.now()}`)", runtime: runtime);
        using HeldTurn held = new();
        var first = held.Begin(worker);
        await held.Entered;
        // Both turns are run by one entry of the isolate.
        TestRequest second = new();
        worker.Worker.Fetch(second);
        var seen = DateTime.UtcNow;
        while (DateTime.UtcNow - seen < TimeSpan.FromMilliseconds(2)) await Task.Yield();
        held.Release();

        var before = Times(await first);
        var after = Times(await second.Response);
        Assert.Equal(before[0], before[1]);
        Assert.Equal(before[0], Math.Floor(before[2]));
        Assert.True(after[0] > before[0], $"{after[0]} comes after {before[0]}");
    }

    private static double[] Times(TestResponse response) =>
        [.. response.Text.Split(' ').Select(each => double.Parse(each, CultureInfo.InvariantCulture))];
}

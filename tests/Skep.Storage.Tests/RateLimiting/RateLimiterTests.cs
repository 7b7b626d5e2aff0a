using Skep.Storage.RateLimiting;
using Skep.Testing;

namespace Skep.Storage.Tests.RateLimiting;

public sealed class RateLimiterTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task A_window_lets_so_many_pass()
    {
        var limiter = new RateLimiter(_time);
        bool[] outcomes = [await LimitAsync(limiter, "a"), await LimitAsync(limiter, "a"), await LimitAsync(limiter, "a")];
        Assert.Equal([true, true, false], outcomes);
        Assert.True(await LimitAsync(limiter, "b"));
        Assert.True(await LimitAsync(limiter, "a", id: "other"));
        Assert.True(await LimitAsync(limiter, "a", period: 60));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(await LimitAsync(limiter, "a"));
    }

    [Fact]
    public async Task What_is_refused_is_not_counted()
    {
        var limiter = new RateLimiter(_time);
        Assert.True(await limiter.LimitAsync("n", "a", 5, 10, 5));
        Assert.False(await limiter.LimitAsync("n", "a", 5, 10, 100));
        Assert.True(await limiter.LimitAsync("n", "a", 6, 10, 1));
    }

    [Fact]
    public async Task Long_keys_are_told_apart()
    {
        var limiter = new RateLimiter(_time);
        var one = new string('x', 10_000);
        await LimitAsync(limiter, one, limit: 1);
        Assert.False(await LimitAsync(limiter, one, limit: 1));
        Assert.True(await LimitAsync(limiter, one + "y", limit: 1));
    }

    [Fact]
    public async Task Nobody_escapes_by_making_up_keys()
    {
        var limiter = new RateLimiter(_time);
        for (var number = 0; number < 65_536; number++) await LimitAsync(limiter, $"made up {number}");
        var passed = 0;
        for (var attempt = 0; attempt < 10; attempt++) passed += await LimitAsync(limiter, "one more") ? 1 : 0;
        Assert.Equal(2, passed);
    }

    [Fact]
    public async Task Namespaces_that_nobody_uses_any_more_are_forgotten()
    {
        var limiter = new RateLimiter(_time);
        for (var number = 0; number < 1500; number++)
        {
            await LimitAsync(limiter, "a", id: $"n{number}");
            _time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.InRange(limiter.Windows, 1, 1000);
    }

    private static async Task<bool> LimitAsync(RateLimiter limiter, string key, string id = "n", int period = 10, int limit = 2) =>
        await limiter.LimitAsync(id, key, limit, period, 1);
}

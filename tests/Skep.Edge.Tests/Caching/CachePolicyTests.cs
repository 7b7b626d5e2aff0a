using Skep.Edge.Caching;

namespace Skep.Edge.Tests.Caching;

/// <summary>RFC 9111 as a shared cache has it, and Cloudflare's defaults.</summary>
public sealed class CachePolicyTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("max-age=60", 60)]
    [InlineData("public, max-age=60", 60)]
    [InlineData("MAX-AGE=60", 60)]
    [InlineData("max-age=60, s-maxage=5", 5)]
    [InlineData("s-maxage=\"7\"", 7)]
    [InlineData("max-age=0", 0)]
    [InlineData("max-age=x", 0)]
    [InlineData("max-age=-5", 0)]
    [InlineData("max-age", 0)]
    [InlineData("max-age=99999999999", 365 * 86400)]
    [InlineData("no-store, max-age=60", 0)]
    [InlineData("no-cache, max-age=60", 0)]
    [InlineData("private, max-age=60", 0)]
    [InlineData("private=x, max-age=60", 60)]
    [InlineData("no-cache=\"a, b\", max-age=60", 60)]
    [InlineData("foo=\"max-age=1\", max-age=60", 60)]
    [InlineData(",,=,max-age=60,", 60)]
    public void Cache_control_decides(string control, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), CachePolicy.Lifetime(200, ["cache-control", control], Now, out _));

    [Theory]
    [InlineData(200, 7200)]
    [InlineData(301, 7200)]
    [InlineData(302, 1200)]
    [InlineData(404, 180)]
    [InlineData(500, 0)]
    [InlineData(206, 0)]
    [InlineData(304, 0)]
    public void Without_it_the_status_does(int status, int seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), CachePolicy.Lifetime(status, [], Now, out _));

    [Fact]
    public void Any_status_is_kept_when_it_says_for_how_long() =>
        Assert.Equal(TimeSpan.FromSeconds(9), CachePolicy.Lifetime(500, ["cache-control", "max-age=9"], Now, out _));

    [Theory]
    [InlineData("Sat, 21 Nov 2026 12:01:00 GMT", 60)]
    [InlineData("Saturday, 21-Nov-26 12:01:00 GMT", 60)]
    [InlineData("Sat, 21 Nov 2026 11:00:00 GMT", 0)]
    [InlineData("0", 0)]
    public void Expires_is_a_date(string expires, int seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), CachePolicy.Lifetime(200, ["expires", expires], Now, out _));

    [Fact]
    public void The_age_it_came_with_is_spent() => Assert.Equal(TimeSpan.FromSeconds(50), CachePolicy.Lifetime(200, ["cache-control", "max-age=60", "age", "10"], Now, out _));

    [Fact]
    public void Cookies_are_kept_out()
    {
        Assert.Equal(TimeSpan.Zero, CachePolicy.Lifetime(200, ["set-cookie", "a=1", "cache-control", "max-age=60"], Now, out _));
        Assert.Equal(TimeSpan.FromSeconds(60), CachePolicy.Lifetime(200, ["set-cookie", "a=1", "cache-control", "private=Set-Cookie, max-age=60"], Now, out var dropped));
        Assert.True(dropped);
    }

    [Theory]
    [InlineData("bytes=0-1", 0, 2)]
    [InlineData("bytes=5-", 5, 10)]
    [InlineData("bytes=-3", 7, 10)]
    [InlineData("bytes=-30", 0, 10)]
    [InlineData("bytes=8-100", 8, 10)]
    [InlineData("BYTES= 1 - 1 ", 1, 2)]
    public void One_range_is_understood(string header, int start, int end) => Assert.Equal(new ByteRange(start, end), ByteRange.Parse(header, 10));

    [Theory]
    [InlineData("bytes=10-")]
    [InlineData("bytes=-0")]
    public void Some_cannot_be_satisfied(string header) => Assert.True(ByteRange.Parse(header, 10)!.Value.IsUnsatisfiable);

    [Theory]
    [InlineData(null)]
    [InlineData("items=0-1")]
    [InlineData("bytes=")]
    [InlineData("bytes=a-b")]
    [InlineData("bytes=2-1")]
    [InlineData("bytes=0-1,3-4")]
    public void Others_are_ignored(string? header) => Assert.Null(ByteRange.Parse(header, 10));
}

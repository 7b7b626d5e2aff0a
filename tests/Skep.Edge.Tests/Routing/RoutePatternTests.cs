using Skep.Abstractions.Routing;

namespace Skep.Edge.Tests.Routing;

public sealed class RoutePatternTests
{
    [Theory]
    [InlineData("/*", "no host name")]
    [InlineData("*/", "no host name")]
    [InlineData("a.*.com/*", "inside the host name")]
    [InlineData("example.com/*/x", "inside the path")]
    [InlineData("example.com/x?y=1", "has a query")]
    [InlineData("example.com:8080/*", "leave out ports")]
    [InlineData("ftp://example.com/*", "neither http nor https")]
    public void A_pattern_that_is_none_says_why(string text, string reason)
    {
        Assert.False(RoutePattern.TryParse(text, out _, out var problem));
        Assert.Contains(reason, problem, StringComparison.Ordinal);
        Assert.Contains(text, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_alone_is_its_root()
    {
        Assert.True(RoutePattern.TryParse("example.com", out var pattern, out _));
        Assert.True(pattern.MatchesPath("/", https: false));
        Assert.False(pattern.MatchesPath("/x", https: false));
    }
}

using Skep.Abstractions.Tracing;

namespace Skep.Control.Tests.Tails;

/// <summary>What workerd hides (src/workerd/api/util-test.c++), and what it leaves.</summary>
public sealed class TraceRedactionTests
{
    [Theory]
    [InlineData("")]
    [InlineData("https://domain/path?a=1&b=2")]
    [InlineData("https://domain/0123456789abcdef0123456789abcde/x")]
    [InlineData("https://domain/0123456789-abcdef-0123456789-abcde/x")]
    [InlineData("https://domain/0123456789_ABCDEF_0123456789_ABCDE/x")]
    [InlineData("https://domain/0123456789abcdef0123456789abcdefg/x")]
    [InlineData("https://domain/0123456789012345azAZ/x")]
    [InlineData("https://domain/012345678901234567zAZ/x")]
    [InlineData("https://domain/012345678901234567azZ/x")]
    [InlineData("https://domain/IThinkIShallNeverSee0/x")]
    [InlineData("https://domain/path?number=4111111111111112")]
    [InlineData("https://domain/path?short=79927398713&long=40000000000000000002")]
    public void It_stays(string url) => Assert.Equal(url, TraceRedaction.Url(url));

    [Theory]
    [InlineData("https://domain/0123456789abcdef0123456789abcdef/x", "https://domain/REDACTED/x")]
    [InlineData("https://domain/0123456789abcdef-0123456789abcdef", "https://domain/REDACTED")]
    [InlineData("https://domain/01234567890123456azAZ/x?y=01234567890123456azAZ", "https://domain/REDACTED/x?y=REDACTED")]
    [InlineData("https://domain/path?number=4222222222222", "https://domain/path?number=REDACTED")]
    [InlineData("https://domain/path?number=4111-1111-1111-1111", "https://domain/path?number=REDACTED")]
    [InlineData("https://domain/path?number=4111+1111+1111+1111&a", "https://domain/path?number=REDACTED&a")]
    [InlineData("https://domain/path?number=4000000000000000006", "https://domain/path?number=REDACTED")]
    public void It_is_hidden(string url, string expected) => Assert.Equal(expected, TraceRedaction.Url(url));

    [Theory]
    [InlineData("cookie", true)]
    [InlineData("set-cookie", true)]
    [InlineData("authorization", true)]
    [InlineData("x-api-key", true)]
    [InlineData("cf-access-jwt-assertion", true)]
    [InlineData("x-csrf-token", true)]
    [InlineData("x-my-secret", true)]
    [InlineData("user-agent", false)]
    [InlineData("content-type", false)]
    public void Headers_are_hidden_by_name(string name, bool hidden) => Assert.Equal(hidden, TraceRedaction.HidesHeader(name));
}

using System.Text;
using Skep.Abstractions.Channels;
using Skep.Abstractions.Events;
using Skep.Edge.Outbound;
using Skep.Testing;

namespace Skep.Edge.Tests.Outbound;

public sealed class RedirectTests
{
    [Theory]
    [InlineData(301, "POST", "GET", "")]
    [InlineData(302, "POST", "GET", "")]
    [InlineData(303, "POST", "GET", "")]
    [InlineData(303, "PUT", "GET", "")]
    [InlineData(301, "PUT", "PUT", "body")]
    [InlineData(307, "POST", "POST", "body")]
    [InlineData(308, "POST", "POST", "body")]
    public async Task Methods_and_bodies_follow_as_fetch_says(int status, string method, string expectedMethod, string expectedBody)
    {
        await using TestEdge origin = await TestEdge.StartAsync(FakeWorker.Async(async request =>
        {
            if (request.Url.EndsWith("/start", StringComparison.Ordinal))
            {
                request.AnswerEmpty(status, "location", "/end?x#f");
                return;
            }

            string body = request.Body is null ? "" : await new StreamReader(request.Body).ReadToEndAsync();
            request.Answer(200, $"{request.Method}|{body}|{request.GetHeader("content-type")}|{request.GetHeader("authorization")}");
        }));
        using HttpSubrequestChannel channel = ChannelTesting.Channel();
        SubrequestResponse response = await channel.FetchAsync(
            new Subrequest { Method = method, Url = origin.UrlOf("/start"), Headers = ["content-type", "text/x", "authorization", "a"], HasBody = true, BodyBytes = "body"u8.ToArray() });
        Assert.Equal(origin.UrlOf("/end?x"), response.Url);
        Assert.Equal(2, response.RequestsSent);
        Assert.Equal($"{expectedMethod}|{expectedBody}|{(expectedBody.Length > 0 ? "text/x" : "")}|a", await response.TextAsync());
    }

    [Fact]
    public async Task Credentials_do_not_follow_to_another_origin()
    {
        await using TestEdge second = await TestEdge.StartAsync(request => request.Answer(
            200, $"{request.GetHeader("authorization")}|{request.GetHeader("cookie")}|{request.GetHeader("x-kept")}"));
        await using TestEdge first = await TestEdge.StartAsync(request => request.AnswerEmpty(302, "location", second.UrlOf()));
        using HttpSubrequestChannel channel = ChannelTesting.Channel();
        Assert.Equal("||k", await (await channel.FetchAsync(ChannelTesting.Get(first.UrlOf(), "authorization", "a", "cookie", "c", "x-kept", "k"))).TextAsync());
    }

    [Fact]
    public async Task Twenty_redirects_are_followed_and_the_next_is_too_many()
    {
        await using TestEdge origin = await TestEdge.StartAsync(CountDown);
        using HttpSubrequestChannel channel = ChannelTesting.Channel();
        SubrequestResponse response = await channel.FetchAsync(ChannelTesting.Get(origin.UrlOf("/20")));
        Assert.Equal(21, response.RequestsSent);
        await response.DisposeAsync();
        SubrequestException error = await Assert.ThrowsAsync<SubrequestException>(async () => await channel.FetchAsync(ChannelTesting.Get(origin.UrlOf("/21"))));
        Assert.Equal("Too many redirects.", error.Message);
    }

    [Fact]
    public async Task Redirects_count_against_the_limit_of_subrequests()
    {
        await using TestEdge origin = await TestEdge.StartAsync(CountDown);
        using HttpSubrequestChannel channel = ChannelTesting.Channel();
        SubrequestException error = await Assert.ThrowsAsync<SubrequestException>(async () => await channel.FetchAsync(
            new Subrequest { Method = "GET", Url = origin.UrlOf("/3"), Headers = [], MaxRequests = 3 }));
        Assert.Equal("Too many subrequests.", error.Message);
    }

    [Fact]
    public async Task Manual_hands_the_redirect_over_and_error_fails()
    {
        await using TestEdge origin = await TestEdge.StartAsync(CountDown);
        using HttpSubrequestChannel channel = ChannelTesting.Channel();
        await using SubrequestResponse manual = await channel.FetchAsync(
            new Subrequest { Method = "GET", Url = origin.UrlOf("/1"), Headers = [], Redirect = RedirectMode.Manual });
        Assert.Equal(302, manual.Status);
        Assert.Equal("/0", manual.Header("location"));
        SubrequestException error = await Assert.ThrowsAsync<SubrequestException>(async () => await channel.FetchAsync(
            new Subrequest { Method = "GET", Url = origin.UrlOf("/1"), Headers = [], Redirect = RedirectMode.Error }));
        Assert.Contains("redirect", error.Message);
    }

    [Theory]
    [InlineData("ftp://example.com/", "ftp")]
    [InlineData("http://[bad/", "not a URL")]
    [InlineData("http://169.254.169.254/latest", "metadata")]
    [InlineData("http://10.1.2.3/", "private")]
    public async Task A_redirect_to_what_must_not_be_reached_fails(string location, string expected)
    {
        await using TestEdge origin = await TestEdge.StartAsync(request => request.AnswerEmpty(302, "location", location));
        using HttpSubrequestChannel channel = ChannelTesting.Channel();
        SubrequestException error = await Assert.ThrowsAsync<SubrequestException>(async () => await channel.FetchAsync(ChannelTesting.Get(origin.UrlOf())));
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public async Task A_redirect_without_location_is_a_response()
    {
        await using TestEdge origin = await TestEdge.StartAsync(request => request.Answer(302, "here"));
        using HttpSubrequestChannel channel = ChannelTesting.Channel();
        SubrequestResponse response = await channel.FetchAsync(ChannelTesting.Get(origin.UrlOf()));
        Assert.Equal(302, response.Status);
        Assert.Equal("here", await response.TextAsync());
    }

    [Fact]
    public async Task A_streamed_body_cannot_be_sent_again()
    {
        await using TestEdge origin = await TestEdge.StartAsync(FakeWorker.Async(async request =>
        {
            await request.Body!.CopyToAsync(Stream.Null);
            request.AnswerEmpty(307, "location", "/");
        }));
        using HttpSubrequestChannel channel = ChannelTesting.Channel();
        SubrequestException error = await Assert.ThrowsAsync<SubrequestException>(async () => await channel.FetchAsync(
            new Subrequest { Method = "POST", Url = origin.UrlOf(), Headers = [], HasBody = true, BodyStream = new MemoryStream(Encoding.UTF8.GetBytes("x")) }));
        Assert.Contains("stream", error.Message);
    }

    private static void CountDown(FetchEvent request)
    {
        int left = int.Parse(request.Url[(request.Url.LastIndexOf('/') + 1)..]);
        if (left > 0)
            request.AnswerEmpty(302, "location", $"/{left - 1}");
        else
            request.Answer(200, "done");
    }
}

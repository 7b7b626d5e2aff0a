using System.Text;
using Skep.Abstractions.Events;
using Skep.Edge.Dispatch;
using Skep.Testing;

namespace Skep.Edge.Tests.Triggers;

/// <summary>The endpoint that development has for email.</summary>
public sealed class EmailTriggerTests
{
    private const string Message = "From: a@example.com\r\nMessage-ID: <1@example.com>\r\n\r\nHi";

    private EmailEvent? _seen;

    [Theory]
    [InlineData("/cdn-cgi/handler/email")]
    [InlineData("/cdn-cgi/local/email")]
    public async Task A_message_is_given_to_the_handler(string path)
    {
        Assert.Equal("200 Worker successfully processed email", await PostAsync($"{path}?from=a%40example.com&to=b%2Bc@example.com", Message));
        Assert.Equal(("a@example.com", "b+c@example.com", Message), (_seen!.From, _seen.To, Encoding.UTF8.GetString(_seen.Content.Span)));
    }

    [Fact]
    public async Task What_the_handler_refuses_is_told() =>
        Assert.Equal("400 Worker rejected email with the following reason: No", await PostAsync("/cdn-cgi/handler/email?from=a@b.c&to=d@e.f", Message, new EmailResult(FetchEvents.Ok, "No")));

    [Fact]
    public async Task A_failing_handler_is_told() =>
        Assert.Equal("500 exception", await PostAsync("/cdn-cgi/handler/email?from=a@b.c&to=d@e.f", Message, new EmailResult(FetchEvents.Ok with { Outcome = InvocationOutcome.Exception }, "No")));

    [Theory]
    [InlineData("?to=d@e.f", Message)]
    [InlineData("?from=a@b.c", Message)]
    [InlineData("?from=a@b.c&to=d@e.f", "")]
    public async Task Sender_recipient_and_message_must_be_there(string query, string body)
    {
        Assert.StartsWith("400 Invalid email. Your request must include URL parameters", await PostAsync($"/cdn-cgi/handler/email{query}", body), StringComparison.Ordinal);
        Assert.Null(_seen);
    }

    [Fact]
    public async Task A_message_has_an_id() =>
        Assert.Equal("400 Email could not be parsed: invalid or no message id provided", await PostAsync("/cdn-cgi/handler/email?from=a@b.c&to=d@e.f", "From: a@b.c\r\n\r\nMessage-ID: <1@b.c>"));

    [Fact]
    public async Task A_message_has_a_limited_size() => Assert.Equal(
        "400 Email message size is bigger than the production size limit of 25 MiB.",
        await PostAsync("/cdn-cgi/handler/email?from=a@b.c&to=d@e.f", Message + new string('x', 25 << 20)));

    private async Task<string> PostAsync(string path, string body, EmailResult? result = null)
    {
        var worker = new FakeWorker(request => request.Answer(404, "fetch"))
        {
            Email = email =>
            {
                _seen = email;
                return Task.FromResult(result ?? new EmailResult(FetchEvents.Ok, null));
            },
        };
        await using TestEdge edge = await TestEdge.StartAsync(worker, new DispatchOptions { TriggerEndpoints = true });
        string response = await edge.SendAsync($"POST {path} HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        return $"{response.Split(' ')[1]} {response[(response.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]}";
    }
}

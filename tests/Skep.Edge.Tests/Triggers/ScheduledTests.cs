using Skep.Abstractions.Events;
using Skep.Edge.Dispatch;
using Skep.Testing;

namespace Skep.Edge.Tests.Triggers;

public sealed class ScheduledTests
{
    private static readonly DispatchOptions _withTriggers = new() { TriggerEndpoints = true };

    [Fact]
    public async Task The_endpoint_runs_the_handler_and_says_ok()
    {
        ScheduledEvent? seen = null;
        var worker = new FakeWorker(request => request.Answer(404, "fetch"))
        {
            Scheduled = e =>
            {
                seen = e;
                return Task.FromResult(FetchEvents.Ok);
            },
        };
        await using TestEdge edge = await TestEdge.StartAsync(worker, _withTriggers);
        string response = await edge.GetAsync("/cdn-cgi/handler/scheduled?cron=*/5+*+*+*+*&time=1700000000000");
        Assert.StartsWith("HTTP/1.1 200 ", response);
        Assert.EndsWith("\r\n\r\nok", response);
        Assert.Equal("*/5 * * * *", seen!.Cron);
        Assert.Equal(1700000000000, seen.ScheduledTime.ToUnixTimeMilliseconds());
        Assert.StartsWith("HTTP/1.1 400 ", await edge.GetAsync("/cdn-cgi/handler/scheduled?time=noon"));
        Assert.StartsWith("HTTP/1.1 404 ", await edge.GetAsync("/cdn-cgi/handler/scheduled2"));
    }

    [Fact]
    public async Task A_failing_handler_gives_500_and_the_outcome()
    {
        var worker = new FakeWorker(_ => { }) { Scheduled = async _ =>
        {
            await Task.Yield();
            return FetchEvents.Ok with { Outcome = InvocationOutcome.Exception };
        } };
        await using TestEdge edge = await TestEdge.StartAsync(worker, _withTriggers);
        string response = await edge.GetAsync("/cdn-cgi/handler/scheduled");
        Assert.StartsWith("HTTP/1.1 500 ", response);
        Assert.EndsWith("\r\n\r\nexception", response);
    }

    [Fact]
    public async Task It_is_off_unless_asked_for()
    {
        await using TestEdge edge = await TestEdge.StartAsync(request => request.Answer(200, "fetch"));
        Assert.EndsWith("fetch", await edge.GetAsync("/cdn-cgi/handler/scheduled"));
    }
}

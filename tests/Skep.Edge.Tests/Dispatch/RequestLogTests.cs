using System.Collections.Concurrent;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Edge.Dispatch;
using Skep.Edge.Observability;
using Skep.Testing;

namespace Skep.Edge.Tests.Dispatch;

public sealed class RequestLogTests
{
    [Fact]
    public async Task Every_request_is_logged_once_with_what_happened()
    {
        var log = new Recorder();
        await using TestEdge edge = await TestEdge.StartAsync(
            request =>
            {
                if (request.Url.EndsWith("/bad", StringComparison.Ordinal))
                    request.FailWith(WorkerErrorCode.Exception, "boom");
                else
                    request.Answer(201, "ok");
            },
            new DispatchOptions { Log = log });
        await edge.GetAsync("/good?x=1");
        await edge.GetAsync("/bad");
        await edge.GetAsync("/" + new string('a', 17_000));
        RequestLogEntry[] entries = [.. log.Entries];
        Assert.Equal(3, entries.Length);
        Assert.Equal(("GET", "example.com", "/good?x=1", 201, (InvocationOutcome?)InvocationOutcome.Ok), (entries[0].Method, entries[0].Host, entries[0].Path, entries[0].Status, entries[0].Outcome));
        Assert.Equal(FetchEvents.Ok.Cpu, entries[0].Cpu);
        Assert.Equal("fake", entries[0].Worker!.Name);
        Assert.Equal((500, (InvocationOutcome?)InvocationOutcome.Exception, "boom"), (entries[1].Status, entries[1].Outcome, entries[1].Error!.Message));
        Assert.Equal((414, null), (entries[2].Status, entries[2].Outcome));
    }

    private sealed class Recorder : IRequestLog
    {
        public ConcurrentQueue<RequestLogEntry> Entries { get; } = new();

        public void Completed(in RequestLogEntry entry) => Entries.Enqueue(entry);
    }
}

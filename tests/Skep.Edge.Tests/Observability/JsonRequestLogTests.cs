using System.Text;
using System.Text.Json.Nodes;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Workers;
using Skep.Edge.Observability;
using Skep.Testing;

namespace Skep.Edge.Tests.Observability;

public sealed class JsonRequestLogTests
{
    private static readonly RequestLogEntry Entry = new(
        "GET", "a.example", "/0123456789abcdef0123456789abcdef?x=\"1\"", 200, TimeSpan.FromMilliseconds(1.5), TimeSpan.FromMilliseconds(20), InvocationOutcome.Ok,
        new WorkerVersion { Name = "hello", Id = "v1", Modules = [], MainModule = "" }, null,
        new TestRequest { Headers = ["cf-ray", "ray", "cf-connecting-ip", "192.0.2.1"] });

    [Fact]
    public async Task A_request_is_a_line_without_secrets()
    {
        var line = Assert.Single(await WriteAsync(1, Entry));
        Assert.Equal(
            """{"time":"1970-01-02T00:00:00.0000000Z","ray":"ray","client":"192.0.2.1","method":"GET","host":"a.example","path":"/REDACTED?x=\"1\"","status":200,"worker":"hello","version":"v1","outcome":"ok","cpu_ms":1.5,"wall_ms":20}""",
            line);
    }

    [Fact]
    public async Task What_failed_is_always_written()
    {
        var lines = await WriteAsync(
            0,
            Entry,
            Entry with { Status = 404 },
            Entry with { Status = 502 },
            Entry with { Outcome = InvocationOutcome.Exception, Error = new WorkerError(WorkerErrorCode.Exception, "Error: no") },
            Entry with { Outcome = null, Worker = null, Status = 404 });
        Assert.Equal([(502, null), (200, "Error: no")], lines.Select(line => (JsonNode.Parse(line)!["status"]!.GetValue<int>(), JsonNode.Parse(line)!["error"]?.GetValue<string>())));
    }

    [Fact]
    public async Task The_others_are_sampled()
    {
        var lines = await WriteAsync(0.1, [.. Enumerable.Repeat(Entry, 10_000)]);
        Assert.InRange(lines.Length, 700, 1300);
    }

    [Fact]
    public async Task An_output_that_fails_is_told_once()
    {
        var failures = new List<Exception>();
        var log = new JsonRequestLog(new Broken(), 1, new ManualTime(), failures.Add);
        log.Completed(Entry);
        await log.DisposeAsync();
        Assert.IsType<IOException>(Assert.Single(failures));
    }

    private static async Task<string[]> WriteAsync(double share, params RequestLogEntry[] entries)
    {
        var output = new MemoryStream();
        var log = new JsonRequestLog(output, share, new ManualTime(), failure => Assert.Fail(failure.ToString()));
        foreach (var entry in entries) log.Completed(entry);
        await log.DisposeAsync();
        return Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private sealed class Broken : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("gone");
    }
}

using System.Net;
using System.Text.Json.Nodes;
using Skep.Abstractions.Metering;

namespace Skep.Control.Tests.Api;

public sealed class MetricsTests
{
    [Fact]
    public async Task Usage_is_told_by_minute_hour_and_version()
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAsync("hello");
        var minute = control.Time.GetUtcNow().ToUnixTimeSeconds() / 60 * 60;
        await control.Usage.AddAsync([Sample("v1", minute - 60, 2), Sample("v2", minute - 60, 3), Sample("v2", minute - 7200, 10)]);
        Assert.Equal("5", Requests(await control.ResultAsync(HttpMethod.Get, "workers/scripts/hello/metrics")));
        Assert.Equal("2,3", Requests(await control.ResultAsync(HttpMethod.Get, "workers/scripts/hello/metrics?by=version")));
        Assert.Equal("10,5", Requests(await control.ResultAsync(HttpMethod.Get, $"workers/scripts/hello/metrics?granularity=hour&from={minute - 86400}")));
        Assert.Equal("hello", (await control.ResultAsync(HttpMethod.Get, "workers/metrics"))[0]!["script"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("granularity=second", "\"granularity\" must be one of")]
    [InlineData("from=yesterday", "\"from\" must be a time such as 2026-01-31T12:00:00Z")]
    [InlineData("from=2000-01-01&to=1999-01-01", "\"from\" must be before \"to\"")]
    [InlineData("from=0", "more than 10000 minutes")]
    [InlineData("by=colour", "\"by\" can be version only")]
    public async Task A_question_that_makes_no_sense_is_refused(string query, string reason)
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAsync("hello");
        Assert.Contains(reason, (await control.ErrorAsync(HttpMethod.Get, $"workers/scripts/hello/metrics?{query}")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prometheus_reads_every_worker_and_the_process()
    {
        await using var control = await TestControl.StartAsync();
        control.Totals["a"] = new Dictionary<string, long> { ["requests"] = 3, ["outcome.ok"] = 2, ["outcome.exception"] = 1, ["cpu_us"] = 1_500_000, ["kv.reads"] = 4 };
        using var client = control.ClientWith(null);
        using var response = await client.GetAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith(
            """
            # HELP skep_worker_requests_total Invocations of a Worker, by how they ended.
            # TYPE skep_worker_requests_total counter
            skep_worker_requests_total{script="a",outcome="exception"} 1
            skep_worker_requests_total{script="a",outcome="ok"} 2
            # HELP skep_worker_cpu_seconds_total Time spent running a Worker's JavaScript.
            # TYPE skep_worker_cpu_seconds_total counter
            skep_worker_cpu_seconds_total{script="a"} 1.5

            """.ReplaceLineEndings("\n"),
            text,
            StringComparison.Ordinal);
        Assert.Contains("\nskep_worker_operations_total{script=\"a\",operation=\"kv.reads\"} 4\n", text, StringComparison.Ordinal);
        Assert.EndsWith("# HELP skep_isolates Isolates.\n# TYPE skep_isolates gauge\nskep_isolates 2.5\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Life_and_readiness_need_no_token()
    {
        await using var control = await TestControl.StartAsync();
        using var client = control.ClientWith(null);
        control.NotReady = "The server is starting.";
        Assert.Equal((HttpStatusCode.OK, "ok\n"), await GetAsync(client, "/healthz"));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "The server is starting.\n"), await GetAsync(client, "/readyz"));
        control.NotReady = null;
        Assert.Equal((HttpStatusCode.OK, "ok\n"), await GetAsync(client, "/readyz"));
    }

    private static async Task<(HttpStatusCode, string)> GetAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(path, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static MeterSample Sample(string version, long minute, long requests) => new("hello", version, minute, new Dictionary<string, long> { ["requests"] = requests });

    private static string Requests(JsonNode parts) => string.Join(',', parts.AsArray().Select(part => part!["requests"]!.GetValue<long>()));
}

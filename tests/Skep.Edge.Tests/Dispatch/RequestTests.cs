using Skep.Abstractions.Events;
using Skep.Edge.Dispatch;
using Skep.Testing;

namespace Skep.Edge.Tests.Dispatch;

public sealed class RequestTests
{
    [Theory]
    [InlineData("GET /a?b=c%20d HTTP/1.1\r\nHost: example.com", "GET http://example.com/a?b=c%20d")]
    [InlineData("GET / HTTP/1.1\r\nHost: EXAMPLE.com:8080", "GET http://EXAMPLE.com:8080/")]
    [InlineData("GET //a//b/../c HTTP/1.1\r\nHost: example.com", "GET http://example.com//a//b/../c")]
    [InlineData("GET http://other.example/x?y HTTP/1.1\r\nHost: example.com", "GET http://other.example/x?y")]
    [InlineData("GET http://other.example?y HTTP/1.1\r\nHost: other.example", "GET http://other.example/?y")]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: example.com", "OPTIONS http://example.com/*")]
    [InlineData("PURGE /x HTTP/1.1\r\nHost: [::1]:80", "PURGE http://[::1]:80/x")]
    public async Task Url_and_method_are_those_the_client_asked_for(string head, string expected)
    {
        await using TestEdge edge = await TestEdge.StartAsync(request => request.Answer(200, $"{request.Method} {request.Url}"));
        Assert.EndsWith("\r\n\r\n" + expected, await edge.SendAsync(head + "\r\nConnection: close\r\n\r\n"));
    }

    [Fact]
    public async Task Http_1_0_without_host_gets_the_address_it_connected_to()
    {
        await using TestEdge edge = await TestEdge.StartAsync(request => request.Answer(200, request.Url));
        Assert.EndsWith($"http://{edge.EndPoint}/x", await edge.SendAsync("GET /x HTTP/1.0\r\n\r\n"));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a b")]
    [InlineData("GET / HTTP/1.1\r\nHost: user@example.com")]
    [InlineData("GET / HTTP/1.1\r\nHost: example.com/path")]
    [InlineData("GET / HTTP/1.1\r\nHost: ex%61mple.com")]
    [InlineData("GET / HTTP/1.1\r\nHost: example.com:99999")]
    [InlineData("GET / HTTP/1.1\r\nHost: example.com:8a")]
    [InlineData("GET / HTTP/1.1\r\nHost: [::1")]
    [InlineData("GET / HTTP/1.1\r\nHost: [x]")]
    [InlineData("GET / HTTP/1.1\r\nHost: ")]
    [InlineData("GET / HTTP/1.1\r\nX: no host at all")]
    [InlineData("GET / HTTP/1.1\r\nHost: a.example\r\nHost: b.example")]
    [InlineData("GET /\x80 HTTP/1.1\r\nHost: example.com")]
    [InlineData("GET /a\0 HTTP/1.1\r\nHost: example.com")]
    [InlineData("CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443")]
    [InlineData("GET / HTTP/1.1\r\nHost: example.com\r\nContent-Length: 5\r\nContent-Length: 6")]
    [InlineData("GET / HTTP/1.1\r\nHost: example.com\r\nBad Header: x")]
    [InlineData("GET / HTTP/1.1\r\nHost: example.com\r\nContent-Length: -1")]
    public async Task What_makes_no_url_or_no_request_is_refused(string head)
    {
        await using TestEdge edge = await TestEdge.StartAsync(request => request.Answer(200, "reached"));
        string response = await edge.SendAsync(head + "\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 400 ", response);
        Assert.DoesNotContain("reached", response);
    }

    [Fact]
    public async Task Headers_are_lower_case_and_repeated_ones_are_repeated()
    {
        await using TestEdge edge = await TestEdge.StartAsync(request =>
        {
            List<string> flat = [];
            request.CopyHeaders(flat);
            request.Answer(200, string.Join('|', flat) + "#" + request.GetHeader("x-two") + "#" + request.GetHeader("cookie") + "#" + request.GetHeader("absent"));
        });
        string response = await edge.GetAsync("/", "User-Agent: t\r\nX-Two: 1\r\nx-two: 2\r\nCookie: a=1\r\nCookie: b=2\r\nX-Empty:\r\n");
        Assert.Contains("host|example.com|", response);
        Assert.Contains("user-agent|t|", response);
        Assert.Contains("x-two|1|x-two|2|", response);
        Assert.Contains("x-empty||", response);
        Assert.EndsWith("#1, 2#a=1; b=2#", response);
    }

    [Fact]
    public async Task Edge_headers_come_from_the_edge_and_not_from_the_client()
    {
        await using TestEdge edge = await TestEdge.StartAsync(request =>
        {
            List<string> flat = [];
            request.CopyHeaders(flat);
            Assert.Equal(request.GetHeader("cf-ray"), flat[flat.IndexOf("cf-ray") + 1]);
            request.Answer(200, string.Join('|', flat) + "#" + request.GetHeader("cf-connecting-ip") + "#" + request.GetHeader("cf-ipcountry"));
        });
        string response = await edge.GetAsync(
            "/", "CF-Connecting-IP: 6.6.6.6\r\nCF-Ray: fake\r\nX-Real-IP: 6.6.6.6\r\nX-Forwarded-Proto: https\r\nCF-IPCountry: XX\r\nX-Forwarded-For: 9.9.9.9\r\nCf-Custom: kept\r\n");
        Assert.DoesNotContain("6.6.6.6", response);
        Assert.DoesNotContain("fake", response);
        Assert.DoesNotContain("XX", response);
        Assert.Contains("cf-custom|kept", response);
        Assert.Contains("cf-connecting-ip|127.0.0.1|", response);
        Assert.Contains("x-real-ip|127.0.0.1", response);
        Assert.Contains("x-forwarded-proto|http|", response);
        Assert.Contains("x-forwarded-for|9.9.9.9, 127.0.0.1|", response);
        Assert.EndsWith("#127.0.0.1#", response);
    }

    [Fact]
    public async Task Cf_is_json_with_the_facts_of_the_connection()
    {
        await using TestEdge edge = await TestEdge.StartAsync(
            request => request.Answer(200, request.Cf!), new DispatchOptions { Colo = "LIS" });
        string response = await edge.GetAsync("/", "Accept-Encoding: gzip, \"x\"\r\n");
        using var cf = System.Text.Json.JsonDocument.Parse(response[(response.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
        Assert.Equal("HTTP/1.1", cf.RootElement.GetProperty("httpProtocol").GetString());
        Assert.Equal("LIS", cf.RootElement.GetProperty("colo").GetString());
        Assert.Equal("gzip, \"x\"", cf.RootElement.GetProperty("clientAcceptEncoding").GetString());
    }

    [Fact]
    public async Task Cf_tells_where_the_client_is_when_somebody_knows()
    {
        await using TestEdge edge = await TestEdge.StartAsync(
            request => request.Answer(200, request.Cf!), new DispatchOptions { Geography = new Somewhere() });
        using var cf = await CfAsync(edge);
        Assert.Equal("PT", cf.RootElement.GetProperty("country").GetString());
        Assert.Equal("1", cf.RootElement.GetProperty("isEUCountry").GetString());
        Assert.Equal(64496, cf.RootElement.GetProperty("asn").GetInt64());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, cf.RootElement.GetProperty("city").ValueKind);
    }

    [Fact]
    public async Task Cf_says_that_no_client_certificate_was_presented()
    {
        await using TestEdge edge = await TestEdge.StartAsync(request => request.Answer(200, request.Cf!));
        using var cf = await CfAsync(edge);
        var certificate = cf.RootElement.GetProperty("tlsClientAuth");
        Assert.Equal("0", certificate.GetProperty("certPresented").GetString());
        Assert.Equal("NONE", certificate.GetProperty("certVerified").GetString());
        Assert.Equal("", certificate.GetProperty("certFingerprintSHA256").GetString());
        Assert.Equal("", cf.RootElement.GetProperty("tlsVersion").GetString());
    }

    private static async Task<System.Text.Json.JsonDocument> CfAsync(TestEdge edge)
    {
        string response = await edge.GetAsync("/");
        return System.Text.Json.JsonDocument.Parse(response[(response.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
    }

    private sealed class Somewhere : Skep.Abstractions.Geography.IClientLocator
    {
        public Skep.Abstractions.Geography.ClientLocation? Locate(System.Net.IPAddress? client) =>
            System.Net.IPAddress.IsLoopback(client!) ? new() { Asn = 64496, Country = "PT", IsEuCountry = true } : null;
    }

    [Fact]
    public async Task One_connection_serves_many_requests_each_with_its_own_facts()
    {
        await using TestEdge edge = await TestEdge.StartAsync(request => request.Answer(200, request.Url + "|" + request.GetHeader("x-n")));
        using RawConnection connection = await edge.ConnectAsync();
        await connection.WriteAsync(string.Concat(Enumerable.Range(0, 20).Select(n => $"GET /{n / 3} HTTP/1.1\r\nHost: h{n / 5}\r\nX-N: {n}\r\n\r\n")));
        for (int n = 0; n < 20; n++)
            Assert.EndsWith($"\r\n\r\nhttp://h{n / 5}/{n / 3}|{n}", await connection.ReadResponseAsync());
    }

    [Fact]
    public async Task A_url_over_the_limit_gets_414()
    {
        await using TestEdge edge = await TestEdge.StartAsync(request => request.Answer(200, "reached"));
        Assert.StartsWith("HTTP/1.1 200 ", await edge.GetAsync("/" + new string('a', (16 << 10) - 1)));
        Assert.StartsWith("HTTP/1.1 414 ", await edge.GetAsync("/" + new string('a', 16 << 10)));
        Assert.StartsWith("HTTP/1.1 414 ", await edge.GetAsync("/" + new string('a', 100 << 10)));
    }

    [Fact]
    public async Task Headers_over_the_limit_get_431()
    {
        await using TestEdge edge = await TestEdge.StartAsync(request => request.Answer(200, "reached"));
        string header = "X-Big: " + new string('a', 30 << 10) + "\r\n";
        Assert.StartsWith("HTTP/1.1 200 ", await edge.GetAsync("/", header + header + header));
        Assert.StartsWith("HTTP/1.1 431 ", await edge.GetAsync("/", header + header + header + header + header));
    }

    [Fact]
    public async Task An_aborting_client_signals_the_event()
    {
        var aborted = new TaskCompletionSource();
        var started = new TaskCompletionSource();
        await using TestEdge edge = await TestEdge.StartAsync(FakeWorker.Async(async request =>
        {
            CancellationToken gone = request.Aborted;
            started.SetResult();
            await Task.Delay(Timeout.Infinite, gone).ContinueWith(_ => { }, TaskScheduler.Default);
            aborted.SetResult();
            request.Fail(new(Abstractions.Errors.WorkerErrorCode.Exception, "gone"), false, FetchEvents.Ok with { Outcome = InvocationOutcome.Canceled });
        }));
        using (RawConnection connection = await edge.ConnectAsync())
        {
            await connection.WriteAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            await started.Task;
        }

        await aborted.Task.WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken);
    }
}

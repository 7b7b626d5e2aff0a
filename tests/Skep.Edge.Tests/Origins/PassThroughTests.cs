using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Edge.Dispatch;
using Skep.Edge.Listeners;
using Skep.Edge.Origins;
using Skep.Edge.Outbound;
using Skep.Edge.Routing;
using Skep.Edge.Tests.Outbound;
using Skep.Testing;

namespace Skep.Edge.Tests.Origins;

public sealed class PassThroughTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_without_a_worker_goes_to_the_origin_of_its_zone_and_back()
    {
        await using var origin = OriginEcho.Start();
        await using Zone zone = await Zone.StartAsync(new SubdomainRouter("workers.example"), origin.Port);
        string response = await zone.Edge.SendAsync(
            "POST /a?b HTTP/1.1\r\nHost: www.example.com\r\nConnection: close\r\nX-Own: 1\r\nCF-Connecting-IP: 6.6.6.6\r\nContent-Length: 5\r\n\r\nhello");
        Assert.StartsWith("HTTP/1.1 203 Odd", response);
        Assert.Contains("\r\nx-origin: yes\r\n", response);
        Assert.Contains("POST /a?b HTTP/1.1", response);
        Assert.Contains("Host: www.example.com", response);
        Assert.Contains("x-own: 1", response);
        Assert.Contains("cf-connecting-ip: 127.0.0.1", response);
        Assert.Contains("x-forwarded-proto: http", response);
        Assert.Contains("accept-encoding: identity", response);
        Assert.DoesNotContain("6.6.6.6", response);
        Assert.EndsWith("\r\n\r\nhello", response);
    }

    [Fact]
    public async Task Hosts_of_other_zones_get_the_page_that_explains_itself()
    {
        await using var origin = OriginEcho.Start();
        await using Zone zone = await Zone.StartAsync(new SubdomainRouter("workers.example"), origin.Port);
        Assert.StartsWith("HTTP/1.1 404 ", await zone.Edge.SendAsync("GET / HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n\r\n"));
    }

    [Fact]
    public async Task A_worker_that_fails_after_passThroughOnException_is_passed_by()
    {
        await using var origin = OriginEcho.Start();
        await using Zone zone = await Zone.StartAsync(new SingleWorkerRouter(Failing(passThrough: true)), origin.Port);
        Assert.StartsWith("HTTP/1.1 203 Odd", await zone.Edge.SendAsync("GET / HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n"));
    }

    [Fact]
    public async Task Without_passThroughOnException_the_error_is_shown()
    {
        await using var origin = OriginEcho.Start();
        await using Zone zone = await Zone.StartAsync(new SingleWorkerRouter(Failing(passThrough: false)), origin.Port);
        Assert.EndsWith("error code: 1101", await zone.Edge.SendAsync("GET / HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n"));
    }

    [Fact]
    public async Task A_body_that_the_worker_has_read_cannot_be_passed_on()
    {
        await using var origin = OriginEcho.Start();
        var worker = FakeWorker.Async(async request =>
        {
            _ = await request.Body!.ReadAsync(new byte[1]);
            var error = new WorkerError(WorkerErrorCode.Exception, "failed");
            request.Fail(error, passThrough: true, FetchEvents.Ok with { Outcome = InvocationOutcome.Exception, Error = error });
        });
        await using Zone zone = await Zone.StartAsync(new SingleWorkerRouter(worker), origin.Port);
        Assert.Contains("error code: 1101", await zone.Edge.SendAsync("POST / HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"));
    }

    [Fact]
    public async Task A_workers_own_request_to_its_zone_goes_to_the_origin_and_not_in_a_circle()
    {
        await using var origin = OriginEcho.Start();
        await using Zone zone = await Zone.StartAsync(new SubdomainRouter(), origin.Port);
        await using var response = await zone.Channel.FetchAsync(ChannelTesting.Get("https://www.example.com/x"));
        Assert.Equal(203, response.Status);
    }

    [Theory]
    [InlineData("", "text/plain", "error code: 521")]
    [InlineData("Accept: text/html,*/*\r\n", "text/html", "Web server is down")]
    [InlineData("Accept: application/json\r\n", "application/json", "\"error_code\":521")]
    [InlineData("Accept: application/problem+json\r\n", "application/problem+json", "\"status\":521")]
    public async Task An_origin_that_refuses_connections_is_521(string accept, string type, string text)
    {
        await using Zone zone = await Zone.StartAsync(new SubdomainRouter("workers.example"), UnusedPort());
        string response = await zone.Edge.SendAsync($"GET / HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n{accept}\r\n");
        Assert.StartsWith("HTTP/1.1 521 ", response);
        Assert.Contains($"Content-Type: {type}", response);
        Assert.Contains(text, response);
        Assert.DoesNotContain("127.0.0.1", response);
    }

    [Fact]
    public async Task An_origin_that_speaks_no_http_is_520()
    {
        await using var origin = OriginScript.Answering("SSH-2.0-nonsense\r\n\r\n");
        await using Zone zone = await Zone.StartAsync(new SubdomainRouter("workers.example"), new Uri(origin.Url).Port);
        Assert.StartsWith("HTTP/1.1 520 ", await zone.Edge.SendAsync("GET / HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n"));
    }

    [Fact]
    public async Task An_origin_that_does_not_answer_in_time_is_524()
    {
        var leave = new TaskCompletionSource();
        await using var origin = new OriginScript(_ => leave.Task);
        await using Zone zone = await Zone.StartAsync(new SubdomainRouter("workers.example"), new Uri(origin.Url).Port, options => options with { OriginTimeout = TimeSpan.FromMilliseconds(50) });
        Assert.StartsWith("HTTP/1.1 524 ", await zone.Edge.SendAsync("GET / HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n"));
        leave.SetResult();
    }

    [Fact]
    public async Task An_origin_without_tls_where_there_should_be_is_525_and_a_name_without_an_address_530()
    {
        await using var origin = new OriginScript(connection => connection.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"));
        int port = new Uri(origin.Url).Port;
        await using Zone plain = await Zone.StartAsync(new SubdomainRouter("workers.example"), new ZoneOrigin("example.com", "127.0.0.1", port, IsTls: true));
        Assert.StartsWith("HTTP/1.1 525 ", await plain.Edge.SendAsync("GET / HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n"));
        await using Zone nameless = await Zone.StartAsync(new SubdomainRouter("workers.example"), new ZoneOrigin("example.com", "nowhere.invalid", 80, IsTls: false));
        string response = await nameless.Edge.SendAsync("GET / HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 530 ", response);
        Assert.EndsWith("error code: 1016", response);
    }

    [Fact]
    public async Task The_certificate_of_an_origin_must_be_valid_unless_it_need_not()
    {
        await using var origin = await Tls.SecureEdge.StartAsync(request => request.Answer(200, request.Url));
        int port = origin.Edge.EndPoint.Port;
        var behind = new ZoneOrigin("example.com", "127.0.0.1", port, IsTls: true);
        await using Zone strict = await Zone.StartAsync(new SubdomainRouter("workers.example"), behind);
        Assert.StartsWith("HTTP/1.1 526 ", await strict.Edge.SendAsync("GET / HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n"));
        await using Zone lenient = await Zone.StartAsync(new SubdomainRouter("workers.example"), behind with { VerifiesCertificate = false });
        Assert.EndsWith("https://example.com/x", await lenient.Edge.SendAsync("GET /x HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n"));
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_not_pretended_to_be_whole()
    {
        await using var origin = OriginScript.Answering("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        await using Zone zone = await Zone.StartAsync(new SubdomainRouter("workers.example"), new Uri(origin.Url).Port);
        await Assert.ThrowsAnyAsync<SocketException>(() => zone.Edge.SendAsync("GET / HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n"));
    }

    [Theory]
    [InlineData("example.com=http://10.0.0.1", "10.0.0.1", 80, false, true)]
    [InlineData("Example.com=https://[fd00::1]:8443/", "fd00::1", 8443, true, true)]
    [InlineData("example.com=https+insecure://origin", "origin", 443, true, false)]
    public void An_origin_is_written_as_zone_and_url(string text, string host, int port, bool tls, bool verifies)
    {
        Assert.True(ZoneOrigin.TryParse(text, out ZoneOrigin? origin, out _));
        Assert.Equal(new ZoneOrigin("example.com", host, port, tls) { VerifiesCertificate = verifies }, origin with { Host = origin.Host.Trim('[', ']') });
    }

    [Theory]
    [InlineData("example.com")]
    [InlineData("=http://x")]
    [InlineData("example.com=ftp://x")]
    [InlineData("example.com=http://x/path")]
    [InlineData("example.com=http://user@x")]
    public void What_is_no_origin_is_told(string text)
    {
        Assert.False(ZoneOrigin.TryParse(text, out _, out string? problem));
        Assert.Contains(text, problem);
    }

    private static FakeWorker Failing(bool passThrough) => new(request =>
    {
        var error = new WorkerError(WorkerErrorCode.Exception, "failed");
        request.Fail(error, passThrough, FetchEvents.Ok with { Outcome = InvocationOutcome.Exception, Error = error });
    });

    private static int UnusedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Answers with what it was sent.</summary>
    private sealed class OriginEcho(OriginScript script) : IAsyncDisposable
    {
        public int Port => new Uri(script.Url).Port;

        public static OriginEcho Start() => new(new OriginScript(async connection =>
        {
            string head = await connection.ReadUntilAsync("\r\n\r\n");
            int length = head.Split("\r\n").Where(line => line.StartsWith("Content-Length: ", StringComparison.Ordinal)).Select(line => int.Parse(line[16..])).SingleOrDefault();
            string body = length == 0 ? "" : await connection.ReadUntilAsync("hello");
            string text = $"{head}{body}";
            await connection.WriteAsync($"HTTP/1.1 203 Odd\r\nX-Origin: yes\r\nConnection: close\r\nContent-Length: {text.Length}\r\n\r\n{text}");
        }));

        public ValueTask DisposeAsync() => script.DisposeAsync();
    }

    /// <summary>An edge in front of the zone example.com.</summary>
    private sealed class Zone(TestEdge edge, HttpSubrequestChannel channel) : IAsyncDisposable
    {
        public TestEdge Edge { get; } = edge;

        public HttpSubrequestChannel Channel { get; } = channel;

        public static Task<Zone> StartAsync(IWorkerRouter router, int port, Func<DispatchOptions, DispatchOptions>? change = null) =>
            StartAsync(router, new ZoneOrigin("example.com", "127.0.0.1", port, IsTls: false), change);

        public static async Task<Zone> StartAsync(IWorkerRouter router, ZoneOrigin origin, Func<DispatchOptions, DispatchOptions>? change = null)
        {
            var origins = new ZoneOrigins([origin]);
            var channel = new HttpSubrequestChannel(new OutboundOptions { Origins = origins });
            var options = new DispatchOptions { Origins = origins, OriginChannel = channel };
            return new Zone(await TestEdge.StartAsync(router, change?.Invoke(options) ?? options), channel);
        }

        public async ValueTask DisposeAsync()
        {
            await Edge.DisposeAsync();
            Channel.Dispose();
        }
    }
}

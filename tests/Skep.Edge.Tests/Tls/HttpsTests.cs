using System.Net;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Edge.Listeners;
using Skep.Edge.Routing;
using Skep.Testing;

namespace Skep.Edge.Tests.Tls;

public sealed class HttpsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("2.0", SslProtocols.Tls13, "HTTP/2", "TLSv1.3", "AEAD-")]
    [InlineData("1.1", SslProtocols.Tls13, "HTTP/1.1", "TLSv1.3", "AEAD-")]
    [InlineData("1.1", SslProtocols.Tls12, "HTTP/1.1", "TLSv1.2", "ECDHE-ECDSA-")]
    public async Task The_worker_is_told_what_the_client_speaks(string version, SslProtocols protocols, string http, string tls, string cipher)
    {
        await using SecureEdge edge = await SecureEdge.StartAsync(request => request.Answer(
            200, $$"""{"cf":{{request.Cf}},"url":"{{request.Url}}","proto":"{{request.GetHeader("x-forwarded-proto")}}","visitor":{{request.GetHeader("cf-visitor")}}}"""));
        using HttpClient client = SecureEdge.Client(Version.Parse(version), protocols);
        using JsonDocument told = JsonDocument.Parse(await client.GetStringAsync(new Uri(edge.Url, "/a?b"), Cancellation));
        JsonElement cf = told.RootElement.GetProperty("cf");
        Assert.Equal(http, cf.GetProperty("httpProtocol").GetString());
        Assert.Equal(tls, cf.GetProperty("tlsVersion").GetString());
        Assert.StartsWith(cipher, cf.GetProperty("tlsCipher").GetString(), StringComparison.Ordinal);
        Assert.Equal($"{edge.Url}a?b", told.RootElement.GetProperty("url").GetString());
        Assert.Equal("https", told.RootElement.GetProperty("proto").GetString());
        Assert.Equal("https", told.RootElement.GetProperty("visitor").GetProperty("scheme").GetString());
    }

    [Fact]
    public async Task Old_versions_of_tls_are_refused()
    {
        await using SecureEdge edge = await SecureEdge.StartAsync(request => request.Answer(200, "reached"));
#pragma warning disable SYSLIB0039, CA5397 // what is refused
        using HttpClient client = SecureEdge.Client(HttpVersion.Version11, SslProtocols.Tls11);
#pragma warning restore SYSLIB0039, CA5397
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(edge.Url, Cancellation));
    }

    [Fact]
    public async Task Bodies_stream_both_ways_at_once_over_http_2()
    {
        await using SecureEdge edge = await SecureEdge.StartAsync(FakeWorker.Async(async request =>
        {
            request.SetStatus(200, null);
            byte[] buffer = new byte[1024];
            while (await request.Body!.ReadAsync(buffer) is > 0 and var count)
            {
                await request.ResponseBody.WriteAsync(Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(buffer, 0, count).ToUpperInvariant()));
            }

            request.Complete(FetchEvents.Ok);
        }));
        using HttpClient client = SecureEdge.Client(HttpVersion.Version20);
        var upload = new DuplexContent();
        using var message = new HttpRequestMessage(HttpMethod.Post, edge.Url)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = upload,
        };
        Task<HttpResponseMessage> sending = client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        await upload.SendAsync("one");
        using HttpResponseMessage response = await sending;
        using Stream body = await response.Content.ReadAsStreamAsync(Cancellation);
        Assert.Equal("ONE", await ReadAsync(body, 3));
        await upload.SendAsync("two");
        Assert.Equal("TWO", await ReadAsync(body, 3));
        upload.End();
        Assert.Equal(0, await body.ReadAsync(new byte[1], Cancellation));
    }

    [Fact]
    public async Task A_stream_that_its_client_resets_is_cancelled_and_the_connection_goes_on()
    {
        var entered = new TaskCompletionSource();
        var gone = new TaskCompletionSource();
        await using SecureEdge edge = await SecureEdge.StartAsync(FakeWorker.Async(async request =>
        {
            if (request.Url.EndsWith("/quick", StringComparison.Ordinal))
            {
                request.Answer(200, "quick");
                return;
            }

            await using CancellationTokenRegistration _ = request.Aborted.Register(gone.SetResult);
            entered.SetResult();
            await gone.Task;
            request.Fail(new(WorkerErrorCode.Exception, "gone"), false, FetchEvents.Ok with { Outcome = InvocationOutcome.Canceled });
        }));
        using HttpClient client = SecureEdge.Client(HttpVersion.Version20);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task<string> slow = client.GetStringAsync(new Uri(edge.Url, "/slow"), leaving.Token);
        await entered.Task;
        await leaving.CancelAsync();
        await gone.Task.WaitAsync(TimeSpan.FromSeconds(120), Cancellation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => slow);
        Assert.Equal("quick", await client.GetStringAsync(new Uri(edge.Url, "/quick"), Cancellation));
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task WebSockets_work_over_tls(string version)
    {
        await using SecureEdge edge = await SecureEdge.StartAsync(FakeWorker.Async(async request =>
        {
            string seen = $"{request.Method} {request.WantsWebSocket} {request.GetHeader("upgrade")}";
            request.SetStatus(101, null);
            await using Stream connection = (await request.AcceptWebSocketAsync())!;
            await connection.WriteAsync(new byte[] { 0x81, (byte)seen.Length });
            await connection.WriteAsync(Encoding.ASCII.GetBytes(seen));
            await connection.WriteAsync(new byte[] { 0x88, 0 });
            byte[] buffer = new byte[64];
            while (await connection.ReadAsync(buffer) > 0)
            {
            }

            request.Complete(FetchEvents.Ok);
        }));
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = Version.Parse(version);
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        using var invoker = new HttpMessageInvoker(SecureEdge.Handler());
        await socket.ConnectAsync(new Uri($"wss://localhost:{edge.Edge.EndPoint.Port}/"), invoker, Cancellation);
        byte[] buffer = new byte[100];
        WebSocketReceiveResult message = await socket.ReceiveAsync(buffer, Cancellation);
        Assert.Equal("GET True websocket", Encoding.ASCII.GetString(buffer, 0, message.Count));
        Assert.Equal(WebSocketMessageType.Close, (await socket.ReceiveAsync(buffer, Cancellation)).MessageType);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Cancellation);
    }

    [Fact]
    public async Task Http_2_without_tls_is_there_for_those_who_know()
    {
        await using TestEdge edge = await TestEdge.StartAsync(
            new SingleWorkerRouter(FakeWorker.Answering("ok")), listener: new ListenerOptions { Protocol = ListenerProtocol.Http2 });
        using HttpClient client = SecureEdge.Client(HttpVersion.Version20);
        using HttpResponseMessage response = await client.GetAsync(new Uri($"http://{edge.EndPoint}/"), Cancellation);
        Assert.Equal(HttpVersion.Version20, response.Version);
        Assert.Equal("ok", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task Going_down_tells_http_2_clients_to_go_away_and_answers_what_is_in_flight()
    {
        var entered = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        await using TestEdge edge = await TestEdge.StartAsync(
            new SingleWorkerRouter(FakeWorker.Async(async request =>
            {
                entered.SetResult();
                await go.Task;
                request.Answer(200, "done");
            })),
            listener: new ListenerOptions { Protocol = ListenerProtocol.Http2, DrainGrace = TimeSpan.FromMilliseconds(1) });
        using RawConnection connection = await edge.ConnectAsync();
        using var stream = new System.Net.Sockets.NetworkStream(connection.Socket);

        // Preface, empty SETTINGS, HEADERS of stream 1 with the static table's :method GET, :scheme http, :path / and a literal :authority a.
        await stream.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray(), Cancellation);
        await stream.WriteAsync(new byte[] { 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 6, 1, 5, 0, 0, 0, 1, 0x82, 0x86, 0x84, 0x41, 1, (byte)'a' }, Cancellation);
        await entered.Task;
        Task stopping = edge.Server.StopAsync(Cancellation);
        List<byte> kinds = [];
        while (!kinds.Contains(7))
            kinds.Add(await ReadFrameAsync(stream));
        Assert.DoesNotContain((byte)1, kinds);
        go.SetResult();
        while (!kinds.Contains(0))
            kinds.Add(await ReadFrameAsync(stream));
        Assert.Contains((byte)1, kinds);
        await stopping.WaitAsync(TimeSpan.FromSeconds(120), Cancellation);
    }

    [Fact]
    public async Task The_authority_of_http_2_is_the_host_whatever_a_host_header_says()
    {
        await using SecureEdge edge = await SecureEdge.StartAsync(request => request.Answer(200, $"{request.Url} {request.GetHeader("host")}"));
        using HttpClient client = SecureEdge.Client(HttpVersion.Version20);
        using var message = new HttpRequestMessage(HttpMethod.Get, edge.Url) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        message.Headers.TryAddWithoutValidation("cookie", "a=1");
        using HttpResponseMessage response = await client.SendAsync(message, Cancellation);
        Assert.Equal($"{edge.Url} {edge.Url.Authority}", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task Several_listeners_serve_the_same_workers()
    {
        using var folder = new TemporaryFolder();
        var options = new ListenerOptions
        {
            Further = [new ListenerEndpoint("127.0.0.1", 0, ListenerProtocol.Https), new ListenerEndpoint("127.0.0.1", 0, ListenerProtocol.Http2)],
            Tls = new() { AuthorityFolder = folder.Path },
        };
        await using TestEdge edge = await TestEdge.StartAsync(new SingleWorkerRouter(new FakeWorker(request => request.Answer(200, request.Url))), listener: options);
        Assert.Equal([ListenerProtocol.Http, ListenerProtocol.Https, ListenerProtocol.Http2], edge.Server.Listening.Select(each => each.Protocol));
        foreach ((ListeningEndpoint at, string version) in edge.Server.Listening.Zip(["1.1", "2.0", "2.0"]))
        {
            using HttpClient client = SecureEdge.Client(Version.Parse(version));
            var url = new Uri($"{(at.Protocol == ListenerProtocol.Https ? "https" : "http")}://{at.Address}/");
            Assert.Equal(url.ToString(), await client.GetStringAsync(url, Cancellation));
        }
    }

    private static async Task<byte> ReadFrameAsync(Stream stream)
    {
        byte[] head = new byte[9];
        await stream.ReadExactlyAsync(head, Cancellation);
        await stream.ReadExactlyAsync(new byte[(head[0] << 16) | (head[1] << 8) | head[2]], Cancellation);
        return head[3];
    }

    private static async Task<string> ReadAsync(Stream stream, int count)
    {
        byte[] buffer = new byte[count];
        await stream.ReadExactlyAsync(buffer, Cancellation);
        return Encoding.ASCII.GetString(buffer);
    }

    /// <summary>A body that is sent piece by piece while the response is read.</summary>
    private sealed class DuplexContent : HttpContent
    {
        private readonly TaskCompletionSource<Stream> _stream = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task SendAsync(string text)
        {
            Stream stream = await _stream.Task.WaitAsync(Cancellation);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(text), Cancellation);
            await stream.FlushAsync(Cancellation);
        }

        public void End() => _ended.SetResult();

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            _stream.SetResult(stream);
            return _ended.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}

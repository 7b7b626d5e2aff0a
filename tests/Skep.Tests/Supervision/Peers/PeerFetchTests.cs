using System.Text;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Objects;
using Skep.Supervision.Link;
using Skep.Testing;
using Xunit;

namespace Skep.Tests.Supervision.Peers;

/// <summary>Requests that another worker process answers.</summary>
public sealed class PeerFetchTests : IDisposable
{
    private readonly PeerPair _pair = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _pair.Dispose();

    [Fact]
    public async Task A_request_arrives_as_it_was_sent_and_so_does_its_answer()
    {
        string? seen = null;
        _pair.Worker = FakeWorker.Async(async request =>
        {
            List<string> headers = [];
            request.CopyHeaders(headers);
            using StreamReader body = new(request.Body!);
            seen = $"{request.Method} {request.Url} {request.Entrypoint} {string.Join('|', headers)} {request.GetHeader("b")} {request.Cf} {await body.ReadToEndAsync(Cancellation)} {request.BodyLength}";
            request.Answer(201, "made", "x-one", "1", "set-cookie", "a", "set-cookie", "b");
        });
        TestRequest sent = new("/path?q", "PUT") { EntrypointName = "Admin", Headers = { "a", "1", "b", "2", "b", "3" }, CfJson = """{"colo":"X"}""", BodyText = "ünï" };

        _pair.Send(sent);
        var answer = await sent.Response;

        Assert.Equal("""PUT http://example.com/path?q Admin a|1|b|2|b|3 2, 3 {"colo":"X"} ünï 5""", seen);
        Assert.Equal((201, "made", 4L), (answer.Status, Encoding.UTF8.GetString(answer.Body), answer.ContentLength!.Value));
        Assert.Equal(["x-one", "1", "set-cookie", "a", "set-cookie", "b"], answer.Headers);
        Assert.Equal(FetchEvents.Ok, answer.Summary);
    }

    [Fact]
    public async Task Long_bodies_stream_both_ways()
    {
        _pair.Worker = FakeWorker.Async(async request =>
        {
            request.SetStatus(200, null);
            await request.Body!.CopyToAsync(request.ResponseBody.AsStream(leaveOpen: true), Cancellation);
            request.Complete(FetchEvents.Ok);
        });
        var bytes = new byte[3_000_001];
        Random.Shared.NextBytes(bytes);
        TestRequest sent = new("/", "POST") { BodyStream = new MemoryStream(bytes) };

        _pair.Send(sent);

        Assert.Equal(bytes, (await sent.Response).Body);
    }

    [Fact]
    public async Task A_body_is_read_no_faster_than_the_other_side_reads_it()
    {
        TaskCompletionSource go = new();
        _pair.Worker = FakeWorker.Async(async request =>
        {
            await go.Task;
            request.AnswerEmpty(204);
        });
        CountingBody body = new();
        TestRequest sent = new("/", "POST") { BodyStream = body };

        _pair.Send(sent);
        await body.Stalled;

        Assert.InRange(body.Taken, InboundBody.Window, InboundBody.Window + (64 << 10));
        go.SetResult();
        Assert.Equal(204, (await sent.Response).Status);
    }

    [Fact]
    public async Task The_head_arrives_before_there_is_a_body()
    {
        TaskCompletionSource go = new();
        _pair.Worker = FakeWorker.Async(async request =>
        {
            request.SetStatus(200, null);
            await request.ResponseBody.FlushAsync(Cancellation);
            await go.Task;
            request.Complete(FetchEvents.Ok);
        });
        HeadSeen sent = new();

        _pair.Send(sent);
        Assert.Equal(200, await sent.Head);

        go.SetResult();
        await sent.Ended;
    }

    [Fact]
    public async Task A_client_that_leaves_is_gone_for_the_worker_too()
    {
        TaskCompletionSource began = new();
        TaskCompletionSource left = new();
        _pair.Worker = FakeWorker.Async(async request =>
        {
            request.Aborted.Register(left.SetResult);
            began.SetResult();
            await left.Task;
            request.FailWith(WorkerErrorCode.Exception, "The client disconnected.");
        });
        TestRequest sent = new();

        _pair.Send(sent);
        await began.Task;
        sent.Abort();

        Assert.Equal("The client disconnected.", (await sent.Response).Error!.Message);
    }

    [Fact]
    public async Task A_failure_arrives_with_all_that_is_known_of_it()
    {
        WorkerError error = new(WorkerErrorCode.ExceededLimits, "Error: too much", "stack") { Details = "details", IsOverloaded = true };
        _pair.Worker = new FakeWorker(request => request.Fail(error, passThrough: true, FetchEvents.Ok with { Error = error }));
        TestRequest sent = new();

        _pair.Send(sent);
        var answer = await sent.Response;

        Assert.Equal((error, true), (answer.Error, answer.PassThrough));
    }

    [Fact]
    public async Task A_process_that_dies_fails_what_was_under_way_there()
    {
        TaskCompletionSource began = new();
        _pair.Worker = FakeWorker.Async(_ =>
        {
            began.SetResult();
            return Task.Delay(Timeout.Infinite, Cancellation);
        });
        TestRequest sent = new();

        _pair.Send(sent);
        await began.Task;
        _pair.Far.Dispose();

        var error = (await sent.Response).Error!;
        Assert.Equal(("Error: Network connection lost.", true), (error.Message, error.IsRetryable));
        Assert.Empty(_pair.Returned);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_the_other_process_does_not_host_comes_back_whole(bool late)
    {
        _pair.RefusesLate = late;
        if (late) _pair.Worker = FakeWorker.Answering("wrong");
        CountingBody body = new(length: 10);
        TestRequest sent = new("/", "POST") { BodyStream = body };

        _pair.Send(sent);
        var came = await _pair.Came.Task;

        Assert.Equal(0, body.Taken);
        _pair.RefusesLate = false;
        _pair.Worker = FakeWorker.Async(async request =>
        {
            using MemoryStream copy = new();
            await request.Body!.CopyToAsync(copy, Cancellation);
            request.Answer(200, $"{copy.Length}");
        });
        came.SendTo(_pair.Near);
        Assert.Equal("10", Encoding.UTF8.GetString((await sent.Response).Body));
    }

    [Fact]
    public async Task Requests_arrive_in_the_order_in_which_they_were_sent()
    {
        List<string> arrived = [];
        _pair.Worker = new FakeWorker(request =>
        {
            arrived.Add(request.Url);
            request.AnswerEmpty(204);
        });
        List<TestRequest> sent = [.. Enumerable.Range(0, 500).Select(i => new TestRequest($"/{i}"))];

        foreach (var request in sent) _pair.Send(request);
        foreach (var request in sent) await request.Response;

        Assert.Equal(sent.Select(request => request.Url), arrived);
    }

    [Fact]
    public async Task A_WebSocket_is_a_connection_both_ways()
    {
        _pair.Worker = FakeWorker.Async(async request =>
        {
            await using var connection = await request.AcceptWebSocketAsync();
            var buffer = new byte[100];
            var count = await connection!.ReadAsync(buffer, Cancellation);
            await connection.WriteAsync(buffer.AsMemory(0, count), Cancellation);
            Assert.Equal(0, await connection.ReadAsync(buffer, Cancellation));
            request.Complete(FetchEvents.Ok);
        });
        var (near, far) = MemoryDuplex.Pair();
        TestRequest sent = new() { WebSocketConnection = () => near };

        _pair.Send(sent);
        await far.WriteAsync("ping"u8.ToArray(), Cancellation);
        var echo = new byte[4];
        await far.ReadExactlyAsync(echo, Cancellation);

        Assert.Equal("ping", Encoding.UTF8.GetString(echo));
        await far.DisposeAsync();
        Assert.Equal(InvocationOutcome.Ok, (await sent.Response).Summary.Outcome);
    }

    [Fact]
    public async Task An_object_s_address_travels_along()
    {
        ObjectAddress? seen = null;
        _pair.Worker = new FakeWorker(request =>
        {
            seen = request.Object;
            request.AnswerEmpty(204);
        });
        HeadSeen sent = new() { Address = new("space", "0a", "room") };

        _pair.Send(sent);
        await sent.Ended;

        Assert.Equal(("space", "0a", "room"), (seen!.NamespaceId, seen.Id, seen.Name));
    }
}
